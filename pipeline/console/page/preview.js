// What the walls that are being drawn would have reported of late.
import { ask, draw, make, typeOf } from './app.js';
import { listOf } from './live.js';
import { listsOf } from './shapes.js';
import { texts } from './texts.js';

const pause = 300, refresh = 10000, shown = 8; // milliseconds; events in words
const timeOf = event => new Date(event.time_us / 1000).toLocaleTimeString();

// `state` gives the camera and the shapes; the answer to what is no longer drawn is thrown away.
export function makePreview(state) {
  const paths = draw('svg', { viewBox: '0 0 1 1', preserveAspectRatio: 'none' }), said = make('p', { role: 'status' }), list = make('ol', { reversed: true });
  const place = make('section', { class: 'preview', 'aria-label': texts.preview }, make('h3', {}, texts.preview), said, list);
  let timer = 0, number = 0, ended = false;

  function show(answer) {
    const minutes = Math.round((answer.time_us - answer.since_us) / 6e7), { events } = answer;
    said.textContent = answer.since_us ? texts.wouldReport(minutes, events.length) : texts.nothingKnown;
    list.start = events.length;
    list.replaceChildren(...events.slice(-shown).reverse().map(one => make('li', {},
      [typeOf(one), one.place, one.direction].filter(Boolean).join(' · '), ' ', make('time', {}, timeOf(one)))));
    paths.replaceChildren(...events.filter(one => one.path.length > 1).map(one => draw('polyline', { class: 'path', points: listOf(one.path) })));
  }

  async function update() {
    const mine = ++number, { camera, shapes } = state();
    clearTimeout(timer);
    try {
      const answer = camera && await ask(`/api/previews/${encodeURIComponent(camera)}`, listsOf(shapes));
      if (answer && mine === number) show(answer);
    } catch (error) {
      if (mine === number) said.textContent = error.message;
    }
    if (mine === number && !ended) timer = setTimeout(update, refresh);
  }

  function later() {
    number++;
    clearTimeout(timer);
    timer = setTimeout(update, pause);
  }
  return { place, paths, later, end: () => { ended = true; number++; clearTimeout(timer); } };
}
