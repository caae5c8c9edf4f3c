// How the cameras, the disk and the program are.
import { ask, clock, make, news } from './app.js';
import { texts } from './texts.js';

const shownDamages = 10;

const refresh = 2000; // milliseconds

function bytes(count) {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let unit = 0;
  while (count >= 1000 && unit < units.length - 1) { count /= 1000; unit++; }
  return `${count.toFixed(count < 10 && unit ? 1 : 0)} ${units[unit]}`;
}

// Whether the evidence is whole, as far as it was checked.
function showVerification(main) {
  const button = make('button', { type: 'button', id: 'verify' }, texts.verify), said = make('p', { role: 'status', id: 'verified' }), damages = make('ul', { class: 'failed' });
  let timer = 0;
  main.append(make('h2', {}, texts.evidence), make('p', {}, button), said, damages);

  function show(state) {
    const { last } = state;
    button.disabled = state.running;
    clearTimeout(timer);
    if (state.running) timer = setTimeout(() => ask('/api/verification').then(show, fail), refresh / 2);
    damages.replaceChildren();
    if (state.running) said.textContent = texts.verifying(state.done, state.total);
    else if (!last) said.textContent = texts.neverVerified;
    else if (last.error) fail(new Error(last.error));
    else {
      const when = clock(last.time_us / 1000);
      said.textContent = `${last.whole ? texts.whole(when, last.lines, last.files) : texts.notWhole(when, last.damage_count)} ${last.signed ? '' : texts.unsigned}`;
      damages.append(...last.damages.slice(0, shownDamages).map(one => make('li', {}, one.text + one.place)));
    }
    said.classList.toggle('failed', Boolean(last && !state.running && !last.whole));
  }
  function fail(error) { said.textContent = `${texts.failed}: ${error.message}`; button.disabled = false; }

  button.addEventListener('click', () => ask('/api/verification', {}).then(show, fail));
  ask('/api/verification').then(show, fail);
  return () => clearTimeout(timer);
}

export function showHealth(main) {
  const columns = [texts.camera, '', texts.rate, texts.captured, texts.analysed, texts.dropped, texts.corrupt, texts.losses, texts.counted, texts.latency, texts.lastDrill];
  const rows = make('tbody'), room = make('meter', { min: 0, max: 1, low: 0.1, optimum: 1, id: 'room' }), said = make('span'), warmth = make('p');
  const before = new Map(), drills = new Map(); // of a camera: the last at each wall
  const head = columns.map((text, i) => make('th', { scope: 'col', class: i > 1 ? 'number' : null }, text || texts.health));
  main.append(make('h2', {}, texts.health), make('div', { class: 'table', tabindex: 0, role: 'region', 'aria-label': texts.health },
    make('table', {}, make('thead', {}, make('tr', {}, ...head)), rows)),
  make('p', {}, make('label', { for: 'room' }, `${texts.store}: `), room, ' ', said), warmth);

  const ended = showVerification(main);
  main.append(make('p', {}, make('a', { href: '/metrics' }, texts.metrics), ' · ', make('a', { href: '/page/grafana.json', download: true }, texts.dashboard)));

  async function update() {
    let state;
    try { state = await ask('/api/cameras'); } catch { return; }
    warmth.textContent = state.cpu_celsius === undefined ? '' : texts.warmth(state.cpu_celsius);
    rows.replaceChildren(...state.cameras.map(camera => {
      const last = before.get(camera.name);
      const seconds = last ? (state.time_us - last.time) / 1e6 : 0;
      const rate = seconds > 0 ? ((camera.captured - last.captured) / seconds).toFixed(1) : '';
      if (!last || seconds > 0) before.set(camera.name, { time: state.time_us, captured: camera.captured });
      const numbers = [rate, camera.captured, camera.analysed, camera.dropped, camera.corrupt, camera.lost, camera.events, `${camera.latency_ms.toFixed(0)} ms`];
      return make('tr', {}, make('th', { scope: 'row' }, camera.name),
        make('td', {}, make('span', { class: `badge ${camera.state}` }, texts.state[camera.state] || camera.state), ' ', camera.reason),
        ...numbers.map(number => make('td', { class: 'number' }, String(number))), make('td', {}, ...drilled(camera.name)));
    }));
    const { free, size } = state.store;
    room.value = size ? free / size : 0;
    said.textContent = texts.free(bytes(free), bytes(size));
  }

  // Walls where the last one was missed come first.
  function drilled(camera) {
    const last = [...(drills.get(camera) || new Map()).values()].sort((a, b) => (b.detail === 'missed') - (a.detail === 'missed'));
    return last.map(one => make('div', { class: one.detail === 'missed' ? 'failed' : null }, `${one.wall}: ${texts.drilled[one.detail] || one.detail}, ${clock(one.start || one.time)}`));
  }

  function noteDrill(one) {
    if (one.type !== 'drill') return;
    if (!drills.has(one.camera)) drills.set(one.camera, new Map());
    drills.get(one.camera).set(one.wall, one);
  }

  const deaf = news.listen(noteDrill), timer = setInterval(update, refresh);
  ask('/api/events?type=drill&last=500').then(answer => { answer.events.reverse().forEach(noteDrill); update(); }, () => {});
  update();
  return () => { deaf(); ended(); clearInterval(timer); };
}
