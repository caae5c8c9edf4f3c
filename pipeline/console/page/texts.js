// All that the page says, so that it can be translated: another language is another object with the same keys.
const english = {
  skip: 'To the content',
  live: 'Live', walls: 'Walls', night: 'Night', health: 'Health',
  connected: 'Connected', connecting: 'Connecting…', lost: 'No connection to wallwatch',
  soundOn: 'Sound is on', soundOff: 'Sound is off',
  dismiss: 'Seen', show: 'Show', all: 'All cameras', fullScreen: name => `Show ${name} alone`,
  noCamera: 'No camera is watched.', noPicture: 'no picture',
  state: { online: 'online', lost: 'lost', starting: 'starting' }, disarmed: 'not armed',
  types: {
    motion: 'motion', approach: 'approach', climb: 'climb', breach: 'breach', exit: 'exit', loiter: 'loitering',
    tamper: 'camera tampered with', camera: 'camera', drill: 'drill',
  },
  camera: 'Camera', type: 'Type', from: 'From', to: 'To', any: 'any', alarms: 'alarms only', find: 'Find',
  older: 'Older', noEvents: 'Nothing was recorded that fits.', events: count => `${count} event${count === 1 ? '' : 's'}`,
  timeline: 'Events in time, a row for each camera and wall, and how well each was watched',
  watched: { well: 'watched well', faint: 'little contrast', noisy: 'noisy', dark: 'too dark', blind: 'blind', lost: 'no picture' }, close: 'Close',
  begin: 'Begin', duration: 'Duration', place: 'Place', direction: 'Direction', score: 'Score', detail: 'Detail', id: 'Event',
  goesOn: 'goes on', seconds: value => `${value.toFixed(1)} s`,
  snapshot: 'Annotated snapshot', original: 'As it was recorded', clip: 'Clip', sheet: 'The course of it',
  play: 'Play', pause: 'Pause', position: 'Position in the clip', back: '−1 frame', forward: '+1 frame', noClip: 'The clip is written when the event is over.',
  cannotPlay: 'This browser does not play what the camera sends; the frames below are from the clip.',
  download: 'Download the clip', hold: 'Keep it for ever', export: 'Export it, with proof',
  howToDraw: 'Choose what to draw, then tap along it on the picture. The yellow band is the outside of a wall. Of a person tap the feet, then the head. Points can be dragged, or moved with the arrow keys; Enter sets one in the middle, Delete removes one.',
  add: { wall: 'New wall', zone: 'New zone', ignore: 'Ignore an area', person: 'How tall a person is' },
  save: 'Save', saved: file => `Saved in ${file}. The camera watches by it from now on.`, unsaved: 'Not saved yet.',
  written: names => `Written in the configuration, and changed there: ${names}.`, area: 'an ignored area', scale: 'a person’s height',
  drawWall: 'Draw its wall', undo: 'Undo', remove: 'Remove', swap: 'Swap the sides', name: 'Name',
  drawn: 'What is drawn', canvas: 'The picture to draw on', yaml: 'As text, for a configuration', copy: 'Copy', copied: 'Copied.',
  more: count => `${count} more point${count === 1 ? '' : 's'}, please.`,
  captured: 'Frames', analysed: 'Looked at', dropped: 'Dropped', corrupt: 'Damaged', losses: 'Times lost', rate: 'Frames a second',
  latency: 'Latency', counted: 'Events', store: 'Room for evidence', free: (free, size) => `${free} of ${size} free`,
  metrics: 'Figures for Prometheus', failed: 'This could not be asked for',
};

const languages = { en: english };
const wanted = (navigator.languages || [navigator.language]).map(tag => tag.split('-')[0]).find(tag => languages[tag]) || 'en';
export const texts = languages[wanted];
document.documentElement.lang = wanted;
document.documentElement.dir = ['ar', 'fa', 'he', 'ps', 'ur'].includes(wanted) ? 'rtl' : 'ltr';
