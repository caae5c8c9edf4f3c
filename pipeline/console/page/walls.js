// Draws walls, zones, ignored areas and a person's height on a camera's picture, and saves them.
import { ask, draw, make } from './app.js';
import { bandsOf, listOf, usualStrip } from './live.js';
import { makePreview } from './preview.js';
import { asYaml, closed, least, listsOf, most, round, shapesOf } from './shapes.js';
import { isAdmin } from './session.js';
import { texts } from './texts.js';

const kinds = ['wall', 'zone', 'ignore', 'person'], step = 0.005, mostUndo = 100;
const drafts = new Map(); // what is not saved yet stays while other views are looked at

function drawShape(shape, style, aspect) {
  const group = draw('g', { class: style });
  if (shape.kind === 'wall') {
    for (const side of ['left', 'right'])
      for (const band of bandsOf(shape.points, side, shape.strip, aspect)) group.append(draw('polygon', { class: side === shape.outside ? 'outside' : 'inside', points: listOf(band) }));
  }
  group.append(draw(closed(shape) ? 'polygon' : 'polyline', { class: shape.kind, points: listOf(shape.points) }));
  return group;
}

export function showWalls(main, wanted) {
  let shapes = [], written = [], version = null, dirty = false, chosen = -1, point = -1, past = [], camera = wanted, running = true, dragging = false, known = false; // known: how wide the picture is
  const cameras = make('select', { name: 'camera' }), name = make('input', { name: 'name', maxlength: 60 });
  const outside = make('button', { type: 'button', onclick: () => change(() => { shapes[chosen].outside = shapes[chosen].outside === 'left' ? 'right' : 'left'; }) }, texts.swap);
  const strip = make('input', { type: 'range', name: 'strip', min: 0.02, max: 0.4, step: 0.01 });
  const undo = make('button', { type: 'button', onclick: undoLast }, texts.undo), remove = make('button', { type: 'button', onclick: removeShape }, texts.remove);
  const copy = make('button', { type: 'button', onclick: copyYaml }, texts.copy), yaml = make('pre', { tabindex: 0, 'aria-label': texts.yaml });
  const save = make('button', { type: 'button', class: 'main', onclick: saveAll }, texts.save), fixed = make('p');
  const picture = make('img', { alt: '' }), svg = draw('svg', { viewBox: '0 0 1 1', preserveAspectRatio: 'none' }), dots = make('div', { class: 'dots' });
  const preview = makePreview(() => ({ camera, shapes }));
  const canvas = make('div', { class: 'canvas', tabindex: 0, role: 'application', 'aria-label': texts.canvas }, picture, svg, preview.paths, dots);
  const list = make('div', { class: 'steps', role: 'group', 'aria-label': texts.drawn }), said = make('p', { role: 'status' });
  const label = (text, input) => make('label', {}, text, input);
  main.append(make('h2', {}, texts.walls), make('p', {}, texts.howToDraw),
    make('div', { class: 'steps' }, label(texts.camera, cameras), ...kinds.map(kind => make('button', { type: 'button', 'data-kind': kind, onclick: () => begin(kind) }, texts.add[kind])), undo, save), said,
    make('div', { class: 'drawing' }, make('div', {}, canvas, list, make('div', { class: 'steps' }, label(texts.name, name), outside, label(texts.strip, strip), remove), fixed), preview.place),
    make('details', {}, make('summary', {}, texts.yaml), yaml, copy));

  function remember() {
    past.push(JSON.stringify(shapes));
    dirty = true;
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
    const names = new Set([...shapes, ...written].map(shape => shape.name));
    let number = 1;
    while (names.has(`${kind}-${number}`)) number++;
    shapes.push({ kind, name: `${kind}-${number}`, outside: 'left', strip: usualStrip, points: [] });
    chosen = shapes.length - 1;
    point = -1;
    show();
    canvas.focus();
  }

  function removeShape() {
    change(() => { shapes.splice(chosen, 1); chosen = shapes.length - 1; point = -1; });
  }

  async function copyYaml() {
    try { await navigator.clipboard.writeText(yaml.textContent); say(texts.copied); } catch { getSelection().selectAllChildren(yaml); }
  }

  function say(text, failed) {
    said.textContent = text;
    said.classList.toggle('failed', Boolean(failed));
  }

  async function saveAll() {
    save.disabled = true;
    try {
      take(await ask(`/api/walls/${encodeURIComponent(camera)}`, { version, ...listsOf(shapes) }), true);
    } catch (error) {
      save.disabled = false;
      say(error.message, true);
    }
  }

  // What the server has, in place of what is here.
  function take(answer, saved) {
    drafts.delete(camera);
    version = answer.version;
    shapes = shapesOf(answer.drawn);
    written = shapesOf(answer.written);
    dirty = false;
    past = [];
    chosen = saved ? Math.min(chosen, shapes.length - 1) : shapes.length - 1;
    point = -1;
    show();
    if (saved) say(texts.saved(answer.file));
  }

  const at = event => {
    const box = canvas.getBoundingClientRect();
    return [round((event.clientX - box.left) / box.width), round((event.clientY - box.top) / box.height)];
  };

  function show() {
    svg.replaceChildren();
    dots.replaceChildren();
    const aspect = picture.naturalWidth ? picture.naturalWidth / picture.naturalHeight : undefined;
    svg.append(...written.map(shape => drawShape(shape, 'written', aspect)));
    shapes.forEach((shape, i) => {
      svg.append(drawShape(shape, i === chosen ? 'chosen' : '', aspect));
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
    name.disabled = !shape || !['wall', 'zone'].includes(shape.kind);
    outside.disabled = strip.disabled = !shape || shape.kind !== 'wall';
    strip.value = shape?.strip || usualStrip;
    undo.disabled = !past.length;
    const missing = shapes.map(one => least(one) - one.points.length).find(count => count > 0);
    save.disabled = !dirty || Boolean(missing) || !isAdmin();
    say(missing ? texts.more(missing) : !isAdmin() ? texts.adminsSave : dirty ? texts.unsaved : '');
    const names = written.map(one => (one.kind === 'ignore' ? texts.area : one.kind === 'person' ? texts.scale : one.name));
    fixed.textContent = names.length ? texts.written(names.join(', ')) : '';
    yaml.textContent = asYaml(camera, shapes);
    preview.later();
  }

  // A person has feet and a head, the head above the feet.
  function addPoint(place) {
    change(() => {
      const points = shapes[chosen].points;
      if (points.length >= most(shapes[chosen])) points.pop();
      points.push(place);
      point = points.length - 1;
    });
  }

  canvas.addEventListener('pointerdown', event => {
    if (!shapes[chosen]) begin('wall');
    addPoint(at(event));
  });
  addEventListener('pointermove', move);
  addEventListener('pointerup', drop);
  function move(event) { if (dragging && shapes[chosen]) { shapes[chosen].points[point] = at(event); show(); } }
  function drop() { dragging = false; }

  canvas.addEventListener('keydown', event => {
    const shape = shapes[chosen], moves = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] }[event.key];
    if (event.key === 'z' && (event.ctrlKey || event.metaKey)) undoLast();
    else if (event.key === 's' && (event.ctrlKey || event.metaKey)) { if (!save.disabled) saveAll(); }
    else if (!shape) return;
    else if (event.key === 'Enter' && event.target === canvas) addPoint([0.5, 0.5]);
    else if (moves && shape.points[point]) change(() => { shape.points[point] = shape.points[point].map((value, i) => round(value + moves[i])); });
    else if (['Delete', 'Backspace'].includes(event.key) && shape.points[point]) change(() => { shape.points.splice(point, 1); point = shape.points.length - 1; });
    else return;
    event.preventDefault();
  });
  strip.addEventListener('change', () => change(() => { shapes[chosen].strip = Number(strip.value); }));
  name.addEventListener('change', () => change(() => { shapes[chosen].name = name.value.trim() || shapes[chosen].name; }));

  async function choose(state) {
    const one = state.cameras.find(each => each.name === camera) || state.cameras[0], draft = one && drafts.get(one.name);
    camera = one ? one.name : '';
    cameras.value = camera;
    if (draft) {
      ({ shapes, written, version, dirty, past } = draft);
      chosen = shapes.length - 1;
      show();
    } else if (one) {
      take(await ask(`/api/walls/${encodeURIComponent(camera)}`));
    }
  }
  cameras.addEventListener('change', () => { location.hash = `#walls/${encodeURIComponent(cameras.value)}`; });
  ask('/api/cameras').then(state => { cameras.append(...state.cameras.map(each => make('option', {}, each.name))); return choose(state); })
    .catch(error => say(`${texts.failed}: ${error.message}`, true));

  (async () => {
    while (running) {
      if (camera && !document.hidden) {
        const next = new Image();
        next.src = `/api/cameras/${encodeURIComponent(camera)}/frame.jpg?width=1280&at=${Date.now()}`;
        try { await next.decode(); picture.src = next.src; canvas.style.aspectRatio = `${next.naturalWidth} / ${next.naturalHeight}`; if (!dragging && !known) { known = true; show(); } } catch { /* it is asked for again */ }
      }
      await new Promise(done => setTimeout(done, 1000));
    }
  })();
  return () => { if (dirty) drafts.set(camera, { shapes, written, version, dirty, past }); running = false; preview.end(); removeEventListener('pointermove', move); removeEventListener('pointerup', drop); };
}
