// The cameras, side by side or one alone, with their walls and who is there.
import { ask, draw, make, news } from './app.js';
import { texts } from './texts.js';

const refresh = 2000, alarmShown = 8000; // milliseconds
const atOnce = 3; // requests for pictures: a browser has six connections, and the news takes one

export const usualStrip = 0.08;

// The guarded strip on one side of each part of a wall: as deep as a fraction of the picture's height, which `aspect` times is its width.
export function bandsOf(points, side, depth = usualStrip, aspect = 16 / 9) {
  const sign = side === 'left' ? 1 : -1;
  return points.slice(1).map((b, i) => {
    const a = points[i], dx = (b[0] - a[0]) * aspect, dy = b[1] - a[1], length = Math.hypot(dx, dy) || 1;
    const x = sign * dy / length * depth / aspect, y = -sign * dx / length * depth;
    return [a, b, [b[0] + x, b[1] + y], [a[0] + x, a[1] + y]];
  });
}

export const listOf = points => points.map(point => point.join(',')).join(' ');

function drawRegions(svg, regions, aspect) {
  svg.replaceChildren();
  for (const region of regions) {
    if (region.kind === 'wall') {
      for (const band of bandsOf(region.points, region.outside, region.strip, aspect)) svg.append(draw('polygon', { class: 'outside', points: listOf(band) }));
      svg.append(draw('polyline', { class: 'wall', points: listOf(region.points) }));
    } else {
      svg.append(draw('polygon', { class: 'zone', points: listOf(region.points) }));
    }
  }
}

class Tile {
  constructor(camera) {
    this.name = camera.name;
    this.picture = make('img', { alt: '' });
    this.regions = draw('svg', { viewBox: '0 0 1 1', preserveAspectRatio: 'none' });
    this.boxes = draw('svg', { viewBox: '0 0 1 1', preserveAspectRatio: 'none' });
    this.paths = draw('svg', { viewBox: '0 0 1 1', preserveAspectRatio: 'none' });
    this.badge = make('span', { class: 'badge' });
    this.why = make('span', { class: 'why' });
    this.view = make('button', { class: 'view', type: 'button', 'aria-label': texts.fullScreen(this.name) }, this.picture, this.regions, this.paths, this.boxes);
    this.draw = make('a', { href: `#walls/${encodeURIComponent(this.name)}`, hidden: true }, texts.drawWall);
    this.element = make('figure', { class: 'camera', 'data-camera': this.name }, this.view,
      make('figcaption', {}, make('strong', {}, this.name), this.badge, this.why, this.draw));
    this.busy = false;
    this.update(camera);
  }

  update(camera) {
    const { naturalWidth, naturalHeight } = this.picture, aspect = naturalWidth ? naturalWidth / naturalHeight : undefined;
    const walls = JSON.stringify([camera.regions, aspect]);
    this.badge.className = `badge ${camera.state}`;
    this.badge.textContent = texts.state[camera.state] || camera.state;
    this.why.textContent = [camera.reason, camera.armed ? '' : texts.disarmed].filter(Boolean).join(' · ');
    if (walls !== this.walls) drawRegions(this.regions, camera.regions, aspect);
    this.walls = walls;
    this.draw.hidden = camera.regions.length > 0;
    this.online = camera.state === 'online';
  }

  async take(width) {
    this.busy = true;
    try {
      const query = width ? `?width=${width}` : '';
      const answer = await fetch(`/api/cameras/${encodeURIComponent(this.name)}/frame.jpg${query}`);
      if (!answer.ok) throw new Error(texts.noPicture);
      const boxes = answer.headers.get('X-Boxes') || '';
      const url = URL.createObjectURL(await answer.blob());
      await new Promise(done => { this.picture.onload = this.picture.onerror = done; this.picture.src = url; });
      URL.revokeObjectURL(url);
      if (this.picture.naturalWidth) this.view.style.aspectRatio = `${this.picture.naturalWidth} / ${this.picture.naturalHeight}`;
      this.showBoxes(boxes);
      this.element.dataset.frames = Number(this.element.dataset.frames || 0) + 1;
    } catch {
      await new Promise(done => setTimeout(done, refresh));
    }
    this.busy = false;
  }

  showBoxes(text) {
    this.boxes.replaceChildren(...text.split(';').filter(Boolean).map(box => {
      const [x, y, width, height] = box.split(',');
      return draw('rect', { class: 'box', x, y, width, height });
    }));
  }

  tell(line) {
    if (!line.bbox || !line.size) return;
    const [width, height] = line.size;
    this.paths.replaceChildren();
    if (line.path) this.paths.append(draw('polyline', { class: 'path', points: listOf(line.path.map(([px, py]) => [px / width, py / height])) }));
    this.element.classList.add('alarmed');
    clearTimeout(this.fading);
    this.fading = setTimeout(() => { this.paths.replaceChildren(); this.element.classList.remove('alarmed'); }, alarmShown);
  }
}

export function showLive(main, alone) {
  const tiles = new Map(), grid = make('div', { class: alone ? 'one' : 'grid' }), empty = make('p');
  let running = true, next = 0;
  main.append(make('h2', {}, alone || texts.live), empty, grid);
  // Not every phone's browser can.
  const full = document.fullscreenEnabled ? make('button', { type: 'button', id: 'full', onclick: () => grid.requestFullscreen() }, texts.fill) : null;
  if (alone) main.prepend(make('p', { class: 'steps' }, make('a', { href: '#live' }, texts.all), full));

  async function update() {
    let state;
    try { state = await ask('/api/cameras'); } catch { return; }
    const shown = state.cameras.filter(camera => !alone || camera.name === alone);
    empty.textContent = shown.length ? '' : texts.noCamera;
    grid.classList.toggle('many', shown.length > 6);
    for (const camera of shown) {
      const tile = tiles.get(camera.name);
      if (tile) { tile.update(camera); continue; }
      const made = new Tile(camera);
      made.view.addEventListener('click', () => { location.hash = alone ? 'live' : `live/${encodeURIComponent(camera.name)}`; });
      tiles.set(camera.name, made);
      grid.append(made.element);
    }
    for (const [name, tile] of tiles)
      if (!shown.some(camera => camera.name === name)) { tile.element.remove(); tiles.delete(name); }
  }

  const isSeen = element => { const box = element.getBoundingClientRect(); return box.bottom > 0 && box.top < innerHeight; };

  // Takes pictures in turn of what can be seen, as small as it is shown.
  async function work() {
    while (running) {
      const ready = [...tiles.values()].filter(tile => tile.online && !tile.busy && isSeen(tile.element));
      if (document.hidden || !ready.length) { await new Promise(done => setTimeout(done, 100)); continue; }
      const tile = ready[next++ % ready.length];
      const width = Math.round(tile.view.clientWidth * Math.min(devicePixelRatio, 2));
      await tile.take(alone ? 0 : Math.max(160, width));
    }
  }

  const deaf = news.listen(line => { const tile = tiles.get(line.camera); if (tile && line.phase !== 'end') tile.tell(line); });
  const timer = setInterval(update, refresh);
  update();
  for (let i = 0; i < atOnce; i++) work();
  return () => { running = false; deaf(); clearInterval(timer); };
}
