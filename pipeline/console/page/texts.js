// All that the page says, so that it can be translated: another language is another object with the same keys.
const english = {
  itself: 'English', skip: 'To the content', views: 'Views', alarmList: 'Alarms',
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
  download: 'Download the clip', hold: 'Keep it for ever', held: 'Kept for ever', export: 'Export it, with proof',
  howToDraw: 'Choose what to draw, then tap along it on the picture. The yellow band is the outside of a wall. Of a person tap the feet, then the head. Points can be dragged, or moved with the arrow keys; Enter sets one in the middle, Delete removes one.',
  add: { wall: 'New wall', zone: 'New zone', ignore: 'Ignore an area', person: 'How tall a person is' },
  save: 'Save', saved: file => `Saved in ${file}. The camera watches by it from now on.`, unsaved: 'Not saved yet.',
  written: names => `Written in the configuration, and changed there: ${names}.`, area: 'an ignored area', scale: 'a person’s height',
  drawWall: 'Draw its wall', undo: 'Undo', remove: 'Remove', swap: 'Swap the sides', name: 'Name',
  drawn: 'What is drawn', canvas: 'The picture to draw on', yaml: 'As text, for a configuration', copy: 'Copy', copied: 'Copied.',
  more: count => `${count} more point${count === 1 ? '' : 's'}, please.`,
  captured: 'Frames', analysed: 'Looked at', dropped: 'Dropped', corrupt: 'Damaged', losses: 'Times lost', rate: 'Frames a second',
  latency: 'Latency', counted: 'Events', store: 'Room for evidence', free: (free, size) => `${free} of ${size} free`,
  metrics: 'Figures for Prometheus', dashboard: 'Dashboard for Grafana', warmth: value => `The processor has ${value.toFixed(0)} °C.`,
  lastDrill: 'Last drill', drilled: { seen: 'seen', missed: 'missed', void: 'void' }, failed: 'This could not be asked for',
};

const urdu = {
  itself: 'اردو', skip: 'مواد پر جائیں', views: 'صفحے', alarmList: 'الارم',
  live: 'براہِ راست', walls: 'دیواریں', night: 'رات', health: 'حالت',
  connected: 'رابطہ ہے', connecting: 'رابطہ ہو رہا ہے…', lost: 'wallwatch سے رابطہ نہیں',
  soundOn: 'آواز کھلی ہے', soundOff: 'آواز بند ہے',
  dismiss: 'دیکھ لیا', show: 'دکھائیں', all: 'تمام کیمرے', fullScreen: name => `صرف ${name} دکھائیں`,
  noCamera: 'کوئی کیمرہ زیرِ نگرانی نہیں۔', noPicture: 'تصویر نہیں',
  state: { online: 'چل رہا ہے', lost: 'رابطہ منقطع', starting: 'شروع ہو رہا ہے' }, disarmed: 'الارم بند',
  types: {
    motion: 'حرکت', approach: 'دیوار کے قریب آمد', climb: 'چڑھائی', breach: 'دیوار پار', exit: 'باہر نکلنا', loiter: 'دیر تک ٹھہرنا',
    tamper: 'کیمرے سے چھیڑ چھاڑ', camera: 'کیمرہ', drill: 'مشق',
  },
  camera: 'کیمرہ', type: 'قسم', from: 'سے', to: 'تک', any: 'سب', alarms: 'صرف الارم', find: 'تلاش',
  older: 'پرانے', noEvents: 'ایسا کچھ ریکارڈ نہیں ہوا۔', events: count => `واقعات: ${count}`,
  timeline: 'وقت کے ساتھ واقعات: ہر کیمرے اور دیوار کی ایک قطار، اور یہ کہ نگرانی کتنی اچھی تھی',
  watched: { well: 'اچھی نگرانی', faint: 'تصویر پھیکی', noisy: 'تصویر میں شور', dark: 'بہت اندھیرا', blind: 'نظر بند', lost: 'تصویر نہیں' }, close: 'بند کریں',
  begin: 'آغاز', duration: 'دورانیہ', place: 'جگہ', direction: 'سمت', score: 'یقین', detail: 'تفصیل', id: 'واقعہ',
  goesOn: 'جاری ہے', seconds: value => `${value.toFixed(1)} سیکنڈ`,
  snapshot: 'نشان زدہ تصویر', original: 'اصل تصویر', clip: 'ویڈیو', sheet: 'واقعے کی ترتیب',
  play: 'چلائیں', pause: 'روکیں', position: 'ویڈیو میں مقام', back: '−1 فریم', forward: '+1 فریم', noClip: 'واقعہ ختم ہونے پر ویڈیو بنتی ہے۔',
  cannotPlay: 'یہ براؤزر کیمرے کی ویڈیو نہیں چلاتا؛ نیچے ویڈیو کی تصویریں ہیں۔',
  download: 'ویڈیو ڈاؤن لوڈ کریں', hold: 'ہمیشہ کے لیے محفوظ رکھیں', held: 'ہمیشہ کے لیے محفوظ ہے', export: 'ثبوت کے ساتھ برآمد کریں',
  howToDraw: 'چنیں کہ کیا بنانا ہے، پھر تصویر پر اس کے ساتھ ساتھ چھوئیں۔ پیلی پٹی دیوار کا باہر کا رخ ہے۔ شخص کے لیے پہلے پاؤں، پھر سر چھوئیں۔ نقطے گھسیٹے یا تیر والی کلیدوں سے ہلائے جا سکتے ہیں؛ Enter بیچ میں نقطہ رکھتا ہے، Delete ہٹاتا ہے۔',
  add: { wall: 'نئی دیوار', zone: 'نیا علاقہ', ignore: 'علاقہ نظر انداز کریں', person: 'شخص کا قد' },
  save: 'محفوظ کریں', saved: file => `${file} میں محفوظ ہو گیا۔ کیمرہ اب اسی کے مطابق نگرانی کرتا ہے۔`, unsaved: 'ابھی محفوظ نہیں ہوا۔',
  written: names => `یہ ترتیب کی فائل میں لکھے ہیں اور وہیں بدلے جاتے ہیں: ${names}`, area: 'نظر انداز علاقہ', scale: 'شخص کا قد',
  drawWall: 'اس کی دیوار بنائیں', undo: 'واپس', remove: 'ہٹائیں', swap: 'رخ بدلیں', name: 'نام',
  drawn: 'جو بنایا گیا', canvas: 'بنانے کے لیے تصویر', yaml: 'متن، ترتیب کی فائل کے لیے', copy: 'نقل کریں', copied: 'نقل ہو گیا۔',
  more: count => `مزید نقطے چاہییں: ${count}`,
  captured: 'فریم', analysed: 'دیکھے گئے', dropped: 'چھوڑے گئے', corrupt: 'خراب', losses: 'رابطے ٹوٹے', rate: 'فریم فی سیکنڈ',
  latency: 'تاخیر', counted: 'واقعات', store: 'ثبوت کے لیے جگہ', free: (free, size) => `${size} میں سے ${free} خالی`,
  metrics: 'Prometheus کے لیے اعداد', dashboard: 'Grafana کا خاکہ', warmth: value => `پروسیسر کا درجہ حرارت ${value.toFixed(0)} °C ہے۔`,
  lastDrill: 'آخری مشق', drilled: { seen: 'دیکھا گیا', missed: 'نہیں دیکھا گیا', void: 'بے نتیجہ' }, failed: 'جواب نہیں ملا',
};

export const languages = { en: english, ur: urdu };
const asked = [new URLSearchParams(location.search).get('lang'), ...(navigator.languages || [navigator.language])];
export const wanted = asked.map(tag => (tag || '').split('-')[0]).find(tag => Object.hasOwn(languages, tag)) || 'en';
export const texts = languages[wanted];
document.documentElement.lang = wanted;
document.documentElement.dir = ['ar', 'fa', 'he', 'ps', 'ur'].includes(wanted) ? 'rtl' : 'ltr';
