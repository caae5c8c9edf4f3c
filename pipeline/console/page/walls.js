// Draws walls, zones and ignored areas on a camera's picture, and gives what belongs into the configuration.
import { ask, draw, make } from './app.js';
import { bandsOf, listOf } from './live.js';
import { texts } from './texts.js';

const kinds = ['wall', 'zone', 'ignore'], step = 0.005, mostUndo = 100;
const round = value => Math.round(Math.min(1, Math.max(0, value)) * 1000) / 1000;
const closed = shape => shape.kind !== 'wall';
const least = shape => (closed(shape) ? 3 : 2);

// YAML takes a JSON text as a quoted one.
const quoted = name => (/^[A-Za-z][\w-]*$/.test(name) ? name : JSON.stringify(name));
const points = shape => `[${shape.points.map(([x, y]) => `[${x}, ${y}]`).join(', ')}]`;

export function asYaml(camera, shapes) {
  const whole = shapes.filter(shape => shape.points.length >= least(shape)), of = kind => whole.filter(shape => shape.kind === kind);
  const list = (key, lines) => (lines.length ? [`    ${key}:`, ...lines] : []);
  return [`  - name: ${quoted(camera)}`,
    ...list('walls', of('wall').map(one => `      - {name: ${quoted(one.name)}, line: ${points(one)}, outside: ${one.outside}}`)),
    ...list('zones', of('zone').map(one => `      - {name: ${quoted(one.name)}, polygon: ${points(one)}}`)),
    ...(of('ignore').length ? [`    ignore: [${of('ignore').map(points).join(', ')}]`] : []), ''].join('\n');
}

export function showWalls(main, wanted) {
  let shapes = [], chosen = -1, point = -1, past = [], camera = wanted, running = true, dragging = false;
  const cameras = make('select', { name: 'camera' }), name = make('input', { name: 'name', maxlength: 60 });
  const outside = make('button', { type: 'button', onclick: () => change(() => { shapes[chosen].outside = shapes[chosen].outside === 'left' ? 'right' : 'left'; }) }, texts.swap);
  const undo = make('button', { type: 'button', onclick: undoLast }, texts.undo), remove = make('button', { type: 'button', onclick: removeShape }, texts.remove);
  const copy = make('button', { type: 'button', onclick: copyYaml }, texts.copy), yaml = make('pre', { tabindex: 0, 'aria-label': texts.yaml });
  const picture = make('img', { alt: '' }), svg = draw('svg', { viewBox: '0 0 1 1', preserveAspectRatio: 'none' }), dots = make('div', { class: 'dots' });
  const canvas = make('div', { class: 'canvas', tabindex: 0, role: 'application', 'aria-label': texts.canvas }, picture, svg, dots);
  const list = make('div', { class: 'steps', role: 'group', 'aria-label': texts.drawn }), said = make('p', { role: 'status' });
  const label = (text, input) => make('label', {}, text, input);
  main.append(make('h2', {}, texts.walls), make('p', {}, texts.howToDraw),
    make('div', { class: 'steps' }, label(texts.camera, cameras), ...kinds.map(kind => make('button', { type: 'button', 'data-kind': kind, onclick: () => begin(kind) }, texts.add[kind])), undo),
    canvas, list, make('div', { class: 'steps' }, label(texts.name, name), outside, remove), said,
    make('h3', {}, texts.yaml), yaml, copy);

  function remember() {
    past.push(JSON.stringify(shapes));
    if (past.length > mostUndo) past.shift();
  }

  function change(action) {
    if (!shapes[chosen]) return;
    remember();
    action();
    show();
  }

  function undoLast() {
    if (!past.length) return;
    shapes = JSON.parse(past.pop());
    chosen = Math.min(chosen, shapes.length - 1);
    point = -1;
    show();
  }

  function begin(kind) {
    remember();
    const names = new Set(shapes.map(shape => shape.name));
    let number = 1;
    while (names.has(`${kind}-${number}`)) number++;
    shapes.push({ kind, name: `${kind}-${number}`, outside: 'left', points: [] });
    chosen = shapes.length - 1;
    point = -1;
    show();
    canvas.focus();
  }

  function removeShape() {
    change(() => { shapes.splice(chosen, 1); chosen = shapes.length - 1; point = -1; });
  }

  async function copyYaml() {
    try { await navigator.clipboard.writeText(yaml.textContent); said.textContent = texts.copied; } catch { getSelection().selectAllChildren(yaml); }
  }

  const at = event => {
    const box = canvas.getBoundingClientRect();
    return [round((event.clientX - box.left) / box.width), round((event.clientY - box.top) / box.height)];
  };

  function show() {
    svg.replaceChildren();
    dots.replaceChildren();
    shapes.forEach((shape, i) => {
      const group = draw('g', { class: i === chosen ? 'chosen' : '' });
      if (shape.kind === 'wall') for (const band of bandsOf(shape.points, shape.outside)) group.append(draw('polygon', { class: 'outside', points: listOf(band) }));
      group.append(draw(closed(shape) ? 'polygon' : 'polyline', { class: shape.kind, points: listOf(shape.points) }));
      svg.append(group);
      shape.points.forEach(([x, y], p) => {
        const dot = make('button', { type: 'button', class: i === chosen && p === point ? 'dot chosen' : 'dot', 'aria-label': `${shape.name} ${p + 1}: ${x}, ${y}` });
        dot.style.left = `${x * 100}%`;
        dot.style.top = `${y * 100}%`;
        dot.addEventListener('pointerdown', event => { event.preventDefault(); event.stopPropagation(); remember(); chosen = i; point = p; dragging = true; show(); canvas.focus(); });
        dot.addEventListener('focus', () => { chosen = i; point = p; });
        dots.append(dot);
      });
    });
    list.replaceChildren(...shapes.map((shape, i) => make('button', { type: 'button', 'aria-pressed': String(i === chosen), onclick: () => { chosen = i; point = -1; show(); } }, shape.name)));
    const shape = shapes[chosen];
    name.value = shape ? shape.name : '';
    for (const control of [name, remove]) control.disabled = !shape;
    name.disabled = !shape || shape.kind === 'ignore';
    outside.disabled = !shape || shape.kind !== 'wall';
    undo.disabled = !past.length;
    said.textContent = shape && shape.points.length < least(shape) ? texts.more(least(shape) - shape.points.length) : '';
    yaml.textContent = asYaml(camera, shapes);
  }

  canvas.addEventListener('pointerdown', event => {
    if (!shapes[chosen]) begin('wall');
    change(() => { shapes[chosen].points.push(at(event)); point = shapes[chosen].points.length - 1; });
  });
  addEventListener('pointermove', move);
  addEventListener('pointerup', drop);
  function move(event) { if (dragging && shapes[chosen]) { shapes[chosen].points[point] = at(event); show(); } }
  function drop() { dragging = false; }

  canvas.addEventListener('keydown', event => {
    const shape = shapes[chosen], moves = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] }[event.key];
    if (event.key === 'z' && (event.ctrlKey || event.metaKey)) undoLast();
    else if (!shape) return;
    else if (event.key === 'Enter' && event.target === canvas) change(() => { shape.points.push([0.5, 0.5]); point = shape.points.length - 1; });
    else if (moves && shape.points[point]) change(() => { shape.points[point] = shape.points[point].map((value, i) => round(value + moves[i])); });
    else if (['Delete', 'Backspace'].includes(event.key) && shape.points[point]) change(() => { shape.points.splice(point, 1); point = shape.points.length - 1; });
    else return;
    event.preventDefault();
  });
  name.addEventListener('change', () => change(() => { shapes[chosen].name = name.value.trim() || shapes[chosen].name; }));

  // What is in the configuration already is there to be changed.
  function choose(state) {
    const one = state.cameras.find(each => each.name === camera) || state.cameras[0];
    camera = one ? one.name : '';
    cameras.value = camera;
    shapes = one ? one.regions.map(region => ({ kind: region.kind, name: region.name, outside: region.outside || 'left', points: region.points.map(each => each.map(round)) })) : [];
    chosen = shapes.length - 1;
    point = -1;
    past = [];
    show();
  }
  cameras.addEventListener('change', () => { location.hash = `#walls/${encodeURIComponent(cameras.value)}`; });
  ask('/api/cameras').then(state => { cameras.append(...state.cameras.map(each => make('option', {}, each.name))); choose(state); }, error => { said.textContent = `${texts.failed}: ${error.message}`; });

  (async () => {
    while (running) {
      if (camera && !document.hidden) {
        const next = new Image();
        next.src = `/api/cameras/${encodeURIComponent(camera)}/frame.jpg?width=1280&at=${Date.now()}`;
        try { await next.decode(); picture.src = next.src; canvas.style.aspectRatio = `${next.naturalWidth} / ${next.naturalHeight}`; } catch { /* it is asked for again */ }
      }
      await new Promise(done => setTimeout(done, 1000));
    }
  })();
  return () => { running = false; removeEventListener('pointermove', move); removeEventListener('pointerup', drop); };
}
