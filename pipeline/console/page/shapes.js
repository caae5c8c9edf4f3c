// What is drawn on a picture, as the configuration has it.
import { usualStrip } from './live.js';

export const closed = shape => shape.kind === 'zone' || shape.kind === 'ignore';
export const least = shape => (closed(shape) ? 3 : 2);
export const most = shape => (shape.kind === 'person' ? 2 : Infinity);
export const round = value => Math.round(Math.min(1, Math.max(0, value)) * 1000) / 1000;
export const isWhole = shape => shape.points.length >= least(shape);

// Somebody whose feet are at the first point, and his head at the other.
const heightOf = points => round(Math.abs(points[0][1] - points[1][1]));

// Other keys, such as alarm and dwell, are kept as they are.
export function shapesOf(lists) {
  const points = list => list.map(each => each.map(round));
  return [
    ...lists.walls.map(one => ({ kind: 'wall', name: one.name, outside: one.outside || 'left', strip: one.strip || usualStrip, points: points(one.line), own: one })),
    ...lists.zones.map(one => ({ kind: 'zone', name: one.name, points: points(one.polygon), own: one })),
    ...lists.ignore.map((one, i) => ({ kind: 'ignore', name: `ignore-${i + 1}`, points: points(one) })),
    ...lists.person.map(([x, y, height], i) => ({ kind: 'person', name: `person-${i + 1}`, points: points([[x, y], [x, y - height]]) })),
  ];
}

export function listsOf(shapes) {
  const of = kind => shapes.filter(shape => shape.kind === kind && isWhole(shape));
  return {
    walls: of('wall').map(one => ({ ...one.own, name: one.name, line: one.points, outside: one.outside, ...(one.strip === usualStrip && !one.own?.strip ? {} : { strip: one.strip }) })),
    zones: of('zone').map(one => ({ ...one.own, name: one.name, polygon: one.points })),
    ignore: of('ignore').map(one => one.points),
    person: of('person').map(one => [...one.points[0], heightOf(one.points)]),
  };
}

const quoted = text => (/^[A-Za-z][\w-]*$/.test(text) ? text : JSON.stringify(text)); // YAML takes a JSON text as a quoted one
function flow(value) {
  if (Array.isArray(value)) return `[${value.map(flow).join(', ')}]`;
  if (typeof value === 'object') return `{${Object.entries(value).map(([key, one]) => `${key}: ${flow(one)}`).join(', ')}}`;
  return typeof value === 'string' ? quoted(value) : String(value);
}

export function asYaml(camera, shapes) {
  const lines = [`  - name: ${quoted(camera)}`];
  for (const [key, list] of Object.entries(listsOf(shapes)))
    if (list.length) lines.push(`    ${key}:`, ...list.map(one => `      - ${flow(one)}`));
  return [...lines, ''].join('\n');
}
