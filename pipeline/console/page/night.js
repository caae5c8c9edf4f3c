// Looking through what was recorded.
import { ask, clock, draw, make, news, typeOf } from './app.js';
import { isAdmin } from './session.js';
import { texts } from './texts.js';

const page = 100, frameSeconds = 1 / 15;
const media = path => `/media/${path.split('/').map(encodeURIComponent).join('/')}`;
const silent = new Set(['camera', 'drill']); // of no alarm
const grave = event => ['breach', 'climb', 'tamper'].includes(event.type);
const placeOf = event => [event.camera, event.wall || event.zone, event.direction].filter(Boolean).join(' · ');

function field(label, input) {
  return make('label', {}, label, input);
}

function options(names, any) {
  return [make('option', { value: '' }, any), ...names.map(([value, text]) => make('option', { value }, text))];
}

/* --- the timeline ---------------------------------------------------------------------------------- */

const rowOf = one => [one.camera, one.wall || one.zone].filter(Boolean).join(' · ');
const bad = { dark: true, blind: true, lost: true };

// A row for each camera and wall: what happened there, above how well it was watched.
function timeline(events, coverage, select) {
  const times = events.map(event => Date.parse(event.start)), ends = events.map(event => Date.parse(event.end || event.start));
  const from = Math.min(...times) - 60000, to = Math.max(...ends, from + 120000), width = 1000, left = 170, row = 28;
  const rows = [...new Set([...events, ...coverage].map(rowOf))].sort();
  const short = { hour: '2-digit', minute: '2-digit', second: to - from < 600000 ? '2-digit' : undefined };
  const at = time => left + (Math.min(Math.max(time, from), to) - from) / (to - from) * (width - left - 10);
  const svg = draw('svg', { class: 'timeline', viewBox: `0 0 ${width} ${rows.length * row + 24}`, role: 'img', 'aria-label': texts.timeline });
  const bar = (kind, begin, end, y, height, said) => {
    const rect = draw('rect', { class: kind, x: at(begin), y, width: Math.max(3, at(end) - at(begin)), height, rx: 2 }), title = draw('title');
    title.textContent = said;
    rect.append(title);
    svg.append(rect);
    return rect;
  };
  rows.forEach((name, i) => {
    const text = draw('text', { x: 8, y: i * row + 18 });
    text.textContent = name.length > 22 ? `${name.slice(0, 21)}…` : name;
    svg.append(text, draw('line', { x1: left, x2: width, y1: (i + 1) * row, y2: (i + 1) * row }));
  });
  for (let i = 0; i <= 4; i++) {
    const time = from + (to - from) * i / 4;
    const text = draw('text', { x: at(time), y: rows.length * row + 17, 'text-anchor': i === 0 ? 'start' : i === 4 ? 'end' : 'middle' });
    text.textContent = new Date(time).toLocaleTimeString([], short);
    svg.append(text);
  }
  for (const one of coverage) {
    for (const [start, minutes, state] of one.spans) {
      const begin = Date.parse(start), end = begin + minutes * 60000;
      if (end <= from || begin >= to || state === 'unknown' || state === 'off') continue;
      bar(`watched ${bad[state] ? 'bad' : state === 'well' ? 'well' : 'poor'}`, begin, end, rows.indexOf(rowOf(one)) * row + row - 7, 4, `${rowOf(one)}: ${texts.watched[state]}`);
    }
  }
  events.forEach((event, i) => {
    bar(grave(event) ? 'event grave' : 'event', times[i], ends[i], rows.indexOf(rowOf(event)) * row + 4, row - 13, `${clock(event.start)} ${typeOf(event)} ${placeOf(event)}`)
      .addEventListener('click', () => select(event));
  });
  return svg;
}

/* --- one event ------------------------------------------------------------------------------------- */

function picture(path, text) {
  return make('figure', {}, make('a', { href: media(path) }, make('img', { src: media(path), alt: text, loading: 'lazy' })), make('figcaption', {}, text));
}

// Pictures one after the other: what most cameras send, and no browser plays as video.
function flipBook(path, frames, steps) {
  const img = make('img', { alt: texts.clip }), place = make('input', { type: 'range', min: 0, max: frames.length - 1, value: 0, 'aria-label': texts.position });
  const play = make('button', { type: 'button' }, texts.play), [back, forward] = steps.querySelectorAll('button');
  let at = 0, playing = false, busy = false;

  async function show(index) {
    at = Math.min(Math.max(index, 0), frames.length - 1);
    place.value = at;
    if (busy) return;
    for (busy = true; ;) {
      const wanted = at, [, from, size] = frames[wanted];
      const answer = await fetch(media(path), { headers: { Range: `bytes=${from}-${from + size - 1}` } });
      const url = URL.createObjectURL(new Blob([await answer.arrayBuffer()], { type: 'image/jpeg' }));
      await new Promise(done => { img.onload = img.onerror = done; img.src = url; });
      URL.revokeObjectURL(url);
      img.dataset.frame = wanted;
      if (at === wanted) break;
    }
    busy = false;
  }

  function set(on) { playing = on; play.textContent = on ? texts.pause : texts.play; }

  async function run() {
    const began = performance.now() / 1000 - frames[at][0];
    while (playing && img.isConnected) {
      const now = performance.now() / 1000 - began, next = frames.findIndex(frame => frame[0] > now);
      if (next < 0) break;
      await show(next - 1);
      await new Promise(done => setTimeout(done, Math.max(0, (frames[next][0] - (performance.now() / 1000 - began)) * 1000)));
    }
    set(false);
  }

  const step = by => { set(false); show(at + by); };
  play.addEventListener('click', () => { set(!playing); if (playing) { if (at === frames.length - 1) at = 0; run(); } });
  place.addEventListener('input', () => { set(false); show(Number(place.value)); });
  back.replaceWith(make('button', { type: 'button', onclick: () => step(-1) }, texts.back));
  forward.replaceWith(make('button', { type: 'button', onclick: () => step(1) }, texts.forward));
  steps.prepend(play);
  show(0);
  return make('div', { class: 'flipbook' }, img, place);
}

function player(event) {
  const sheet = event.clip.replace(/\.[a-z0-9]+$/, '.jpg');
  const video = make('video', { controls: true, preload: 'metadata', src: media(event.clip), 'aria-label': texts.clip });
  const step = frames => { video.pause(); video.currentTime = Math.max(0, video.currentTime + frames * frameSeconds); };
  const steps = make('div', { class: 'steps' },
    make('button', { type: 'button', onclick: () => step(-1) }, texts.back),
    make('button', { type: 'button', onclick: () => step(1) }, texts.forward),
    make('a', { href: media(event.clip), download: true }, texts.download));
  const block = make('div', {}, video, steps, picture(sheet, texts.sheet));
  video.addEventListener('error', async () => {
    try {
      const { frames } = await ask(`/api/clips/${encodeURIComponent(event.clip.replace(/^clips\//, ''))}`);
      video.replaceWith(flipBook(event.clip, frames, steps));
    } catch { // neither video that this browser knows nor pictures
      video.replaceWith(make('p', {}, texts.cannotPlay));
      steps.querySelectorAll('button').forEach(button => button.remove());
    }
  }, { once: true });
  video.addEventListener('keydown', key => { if (key.key === ',' || key.key === '.') step(key.key === '.' ? 1 : -1); });
  return block;
}

// Keeps an event for good, or lets it expire as others do.
function keeper(event) {
  const path = `/api/holds/${event}`, button = make('button', { type: 'button', disabled: true }, texts.hold);
  const show = answer => { button.disabled = answer.held && !isAdmin(); button.setAttribute('aria-pressed', String(answer.held)); button.textContent = answer.held ? texts.held : texts.hold; };
  button.addEventListener('click', () => ask(path, { held: button.getAttribute('aria-pressed') !== 'true' }).then(show, error => { button.textContent = error.message; }));
  ask(path).then(show, () => {});
  return button;
}

function detailOf(event, close) {
  const facts = make('dl');
  const fact = (name, value) => { if (value) facts.append(make('dt', {}, name), make('dd', {}, value)); };
  fact(texts.begin, clock(event.start));
  fact(texts.duration, event.end ? texts.seconds(event.duration) : texts.goesOn);
  fact(texts.place, [event.camera, event.wall || event.zone].filter(Boolean).join(' · '));
  fact(texts.direction, event.direction);
  fact(texts.detail, [event.detail, event.reason].filter(Boolean).join(': '));
  fact(texts.score, event.score === undefined ? '' : event.score.toFixed(2));
  fact(texts.id, event.event);
  return make('section', { class: 'detail', 'aria-label': texts.detail, tabindex: -1 },
    make('button', { type: 'button', onclick: close }, texts.close), make('h2', {}, typeOf(event)), facts,
    event.snapshot ? picture(event.snapshot, texts.snapshot) : null,
    event.clip ? player(event) : event.type === 'camera' ? null : make('p', {}, texts.noClip),
    event.original ? make('p', {}, make('a', { href: media(event.original) }, texts.original)) : null,
    make('p', { class: 'steps' }, keeper(event.event), make('a', { href: `/api/exports/${event.event}.zip`, download: true }, texts.export)));
}

/* --- the view -------------------------------------------------------------------------------------- */

export function showNight(main, wanted) {
  let events = [], coverage = [], chosen = wanted, timer = 0, oldest = '';
  const list = make('ol', { class: 'events' }), count = make('p', { role: 'status' });
  const bands = make('div', { class: 'timeline-wrap' }), older = make('button', { type: 'button' }, texts.older);
  const body = make('div', { class: 'night' }, bands, make('div', {}, count, list, older));
  const camera = make('select', { name: 'camera' }, ...options([], texts.any));
  const type = make('select', { name: 'type' }, make('option', { value: 'alarms' }, texts.alarms), ...options(Object.entries(texts.types), texts.any));
  const from = make('input', { name: 'from', type: 'datetime-local', step: 1 }), to = make('input', { name: 'to', type: 'datetime-local', step: 1 });
  const form = make('form', { class: 'filters' }, field(texts.camera, camera), field(texts.type, type), field(texts.from, from),
    field(texts.to, to), make('button', {}, texts.find));
  main.append(make('h2', {}, texts.night), form, body);

  function query(before) {
    const parts = new URLSearchParams({ last: page, camera: camera.value, type: type.value === 'alarms' ? '' : type.value });
    if (from.value) parts.set('from', new Date(from.value).toISOString());
    if (before || to.value) parts.set('to', before || new Date(to.value).toISOString());
    return `/api/events?${parts}`;
  }

  function select(event) {
    chosen = event ? event.event : '';
    history.replaceState(null, '', `#night${chosen ? `/${chosen}` : ''}`);
    body.querySelector('.detail')?.remove();
    body.classList.toggle('open', Boolean(event));
    for (const button of list.querySelectorAll('button')) button.setAttribute('aria-current', String(button.dataset.event === chosen));
    if (!event) return;
    const detail = detailOf(event, () => select(null));
    body.append(detail);
    detail.scrollIntoView({ block: 'nearest' });
  }

  function show() {
    count.textContent = events.length ? texts.events(events.length) : texts.noEvents;
    bands.replaceChildren(...(events.length ? [timeline(events, coverage, select)] : []));
    list.replaceChildren(...events.map(event => make('li', {}, make('button', {
      type: 'button', 'data-event': event.event, 'aria-current': String(event.event === chosen), onclick: () => select(event),
    },
    event.snapshot ? make('img', { src: media(event.snapshot), alt: '', loading: 'lazy' }) : make('span', { class: 'none' }),
    make('span', {}, make('strong', {}, typeOf(event)), make('small', {}, placeOf(event)), make('small', {}, clock(event.start))),
    make('small', {}, event.end ? texts.seconds(event.duration) : texts.goesOn)))));
  }

  async function load(before) {
    try {
      const answer = await ask(query(before));
      const known = new Set(before ? events.map(event => event.event) : []);
      const fresh = answer.events.filter(event => !known.has(event.event) && (type.value !== 'alarms' || !silent.has(event.type)));
      if (answer.events.length) oldest = answer.events[answer.events.length - 1].start;
      events = before ? [...events, ...fresh] : fresh;
      older.hidden = answer.events.length < page || oldest === before;
      show();
      loadCoverage();
      const event = chosen && events.find(one => one.event === chosen);
      if (event && !before) select(event);
    } catch (error) {
      count.textContent = `${texts.failed}: ${error.message}`;
    }
  }

  // It comes after the events, which do not wait for it.
  async function loadCoverage() {
    if (!events.length) return;
    const parts = new URLSearchParams({ camera: camera.value, from: new Date(Date.parse(events[events.length - 1].start) - 60000).toISOString() });
    try { coverage = (await ask(`/api/coverage?${parts}`)).coverage; } catch { return; }
    bands.replaceChildren(timeline(events, coverage, select));
  }

  form.addEventListener('submit', event => { event.preventDefault(); load(); });
  form.addEventListener('change', () => load());
  older.addEventListener('click', () => load(oldest));
  // What is written while somebody looks is added; who reads an event or plays its clip is not disturbed.
  const deaf = news.listen(line => {
    if (line.type === 'system' && line.detail !== 'clip') return;
    clearTimeout(timer);
    timer = setTimeout(() => { if (!body.querySelector('.detail')) load(); }, 500);
  });
  ask('/api/cameras').then(state => { camera.append(...state.cameras.map(one => make('option', {}, one.name))); }, () => {});
  load();
  return () => { deaf(); clearTimeout(timer); };
}
