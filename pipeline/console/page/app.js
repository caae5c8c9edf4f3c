// The frame of the page: which view is shown, what happens now, and who is told.
import { languages, texts, wanted } from './texts.js';
import { showLive } from './live.js';
import { showNight } from './night.js';
import { showWalls } from './walls.js';
import { showHealth } from './health.js';
import { knowVisitor, showLogin, showVisitor } from './session.js';

const views = { live: showLive, walls: showWalls, night: showNight, health: showHealth };
const alarming = new Set(['motion', 'approach', 'climb', 'breach', 'exit', 'loiter', 'tamper']);
const mostAlarms = 20, retry = 3000; // milliseconds

// An element with attributes and children; texts are texts, never HTML.
export function make(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes))
    if (key.startsWith('on')) element.addEventListener(key.slice(2), value);
    else if (value === true) element.setAttribute(key, '');
    else if (value !== undefined && value !== null && value !== false) element.setAttribute(key, value);
  element.append(...children.filter(child => child !== null && child !== undefined));
  return element;
}

export function draw(name, attributes = {}) {
  const element = document.createElementNS('http://www.w3.org/2000/svg', name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
}

// What is sent along is saved there.
export async function ask(path, sent) {
  const answer = await fetch(path, sent && { method: 'PUT', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(sent) });
  const json = await answer.json();
  if (answer.ok) return json;
  if (answer.status === 401 && path !== '/api/session') demandLogin();
  throw Object.assign(new Error(json.error), { status: answer.status, wait: Number(answer.headers.get('Retry-After')) });
}

export const clock = time => new Date(time).toLocaleString([], { dateStyle: 'short', timeStyle: 'medium' });

export const typeOf = event => texts.types[event.type] || event.type;

/* --- what happens now ------------------------------------------------------------------------------ */

const listeners = new Set();
export const news = { // each line of the log, as it is written
  listen(listener) { listeners.add(listener); return () => listeners.delete(listener); },
};

const link = document.getElementById('link');
function showLink(text, lost) {
  link.textContent = text;
  link.classList.toggle('lost', lost);
}

let source = null, again = 0;
function openNews() {
  clearTimeout(again);
  if (source) source.close();
  source = new EventSource('/api/news');
  source.onopen = () => showLink(texts.connected, false);
  source.onerror = () => {
    showLink(texts.lost, true);
    if (source.readyState !== EventSource.CLOSED) return;
    ask('/api/cameras').catch(() => {}); // are we still known?
    again = setTimeout(openNews, retry);
  };
  source.onmessage = message => {
    const line = JSON.parse(message.data);
    if (line.phase === 'start' && alarming.has(line.type)) addAlarm(line);
    listeners.forEach(listener => listener(line));
  };
}
addEventListener('pagehide', () => { if (source) source.close(); });

function addAlarm(line) {
  const alarms = document.getElementById('alarms');
  const one = make('p', { 'data-event': line.event },
    make('strong', {}, typeOf(line)),
    make('span', {}, [line.camera, line.wall || line.zone, line.direction].filter(Boolean).join(' · ')),
    make('time', { datetime: line.time }, new Date(line.time).toLocaleTimeString()),
    make('a', { href: `#night/${line.event}` }, texts.show),
    make('button', { type: 'button', onclick: () => one.remove() }, texts.dismiss));
  alarms.prepend(one);
  while (alarms.childElementCount > mostAlarms) alarms.lastElementChild.remove();
  beep(line.severity === 'high' || line.type === 'breach' ? 3 : 1);
}

/* --- sound: browsers allow it once somebody has pressed something --------------------------------- */

let audio = null;
const sound = document.getElementById('sound');
function showSound() {
  sound.textContent = audio ? texts.soundOn : texts.soundOff;
  sound.setAttribute('aria-pressed', String(Boolean(audio)));
}
sound.addEventListener('click', () => {
  if (audio) audio.close();
  audio = audio ? null : new AudioContext();
  showSound();
  beep(1);
});

function beep(times) {
  for (let i = 0; audio && i < times; i++) {
    const tone = audio.createOscillator(), volume = audio.createGain(), at = audio.currentTime + i * 0.3;
    tone.frequency.value = 880;
    volume.gain.setValueAtTime(0.25, at);
    volume.gain.exponentialRampToValueAtTime(0.001, at + 0.25);
    tone.connect(volume).connect(audio.destination);
    tone.start(at);
    tone.stop(at + 0.25);
  }
}

/* --- views ----------------------------------------------------------------------------------------- */

const nav = document.getElementById('views');
for (const name of Object.keys(views)) nav.append(make('a', { href: `#${name}` }, texts[name]));

let leave = () => {}, inside = false;
function route() {
  if (!inside) return;
  const [name, ...rest] = location.hash.slice(1).split('/');
  const view = views[name] ? name : 'live';
  for (const a of nav.children) {
    if (a.hash === `#${view}`) a.setAttribute('aria-current', 'page');
    else a.removeAttribute('aria-current');
  }
  leave();
  const main = document.getElementById('main');
  main.replaceChildren();
  document.title = `${texts[view]} · wallwatch`;
  leave = views[view](main, decodeURIComponent(rest.join('/'))) || (() => {});
}

document.querySelectorAll('[data-text]').forEach(element => { element.textContent = texts[element.dataset.text]; });
document.querySelectorAll('[data-label]').forEach(element => element.setAttribute('aria-label', texts[element.dataset.label]));
for (const [tag, language] of Object.entries(languages))
  if (tag !== wanted) document.getElementById('languages').append(make('a', { href: `?lang=${tag}`, lang: tag, hreflang: tag }, language.itself));
showLink(texts.connecting, false);
showSound();
addEventListener('hashchange', route);

/* --- coming in ------------------------------------------------------------------------------------- */

function enter() {
  inside = true;
  document.body.classList.remove('outside');
  showVisitor(document.getElementById('visitor'));
  ask('/api/cameras').then(state => { if (state.site) document.getElementById('site').textContent = state.site; }, () => {});
  openNews();
  route();
}

// Alarms that were shown stay.
function demandLogin() {
  if (document.body.classList.contains('outside')) return;
  inside = false;
  document.body.classList.add('outside');
  clearTimeout(again);
  if (source) source.close();
  leave();
  leave = () => {};
  document.title = `${texts.logIn} · wallwatch`;
  showLink('', false);
  showLogin(document.getElementById('main'), enter);
}

(async function come() {
  try {
    if (await knowVisitor()) enter();
    else demandLogin();
  } catch {
    showLink(texts.lost, true);
    setTimeout(come, retry);
  }
})();
