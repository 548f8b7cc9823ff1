'use strict';
// Shows what the responder has recorded. All text of clients is set as textContent, never as markup.

const SVG = 'http://www.w3.org/2000/svg';
const MAX_NETIDS = 200;
const REFRESH_MILLIS = 250;
// The responder sends its state every 5 seconds.
const OLD_MILLIS = 12_000;
const RETRY_MILLIS = 5_000;
const HEAD = 48;
const TAIL = 16;
const SIGNS = {
  'keys exchanged': ['⇄', ''], answered: ['✓', 'good'], refused: ['✕', 'bad'], failed: ['!', 'bad'],
  mistake: ['!', 'note'],
};

const byId = id => document.getElementById(id);
const isClassView = new URLSearchParams(location.search).get('view') === 'class';

function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

function svg(name, attributes = {}, ...children) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

const clock = millis => new Date(millis).toLocaleTimeString([], { hourCycle: 'h23' });
const clockWithMillis = millis => clock(millis) + '.' + String(millis % 1000).padStart(3, '0');
const bytes = count => count === 1 ? '1 byte' : count.toLocaleString('en') + ' bytes';

/** Control characters and those that change the direction of text become visible. */
const printable = text => text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, character => character === '\n' ? '\n'
  : '\\u{' + character.codePointAt(0).toString(16) + '}');

// The connection

let lastNews = 0;
let connected = true;
let isOld = false;

function showStatus(text, isBad) {
  const status = byId('status');
  if (status.textContent !== text) status.textContent = text;
  status.className = isBad ? 'bad' : '';
}

function news() {
  lastNews = Date.now();
  isOld = false;
  showStatus(connected ? 'Live' : 'The responder has no connection to the broker', !connected);
}

const old = () => lastNews ? ' This is the state of ' + clock(lastNews) + '.' : '';

function listen() {
  const events = new EventSource(isClassView ? '/events?view=class' : '/events');
  const on = (name, handle) => events.addEventListener(name, event => {
    handle(JSON.parse(event.data));
    news();
  });
  on('state', state => { connected = state.connected; });
  on('all', all => updateNetIds(all, true));
  on('netids', changed => updateNetIds(changed, false));
  on('counts', showCounts);
  events.onerror = () => {
    if (events.readyState === EventSource.CLOSED) {
      refused();
    } else {
      showStatus('The responder does not answer; trying again.' + old(), true);
    }
  };
}

/** A browser does not tell a script why events were refused. */
async function refused() {
  try {
    const answer = await fetch('/exchanges?netid=');
    if (answer.status === 401) {
      showStatus('The responder was started again. Open the address in its log.' + old(), true);
      return;
    }
    showStatus('Too many pages are open. Close one of them; this page tries again.' + old(), true);
  } catch (error) {
    showStatus('The responder does not answer; trying again.' + old(), true);
  }
  setTimeout(listen, RETRY_MILLIS);
}

setInterval(() => {
  if (lastNews && Date.now() - lastNews > OLD_MILLIS && !isOld) {
    isOld = true;
    showStatus('No news from the responder.' + old(), true);
  }
}, 1000);

// The list of NetIDs

const netIds = new Map(); // the least recently changed first
let chosenNetId = new URLSearchParams(location.search).get('netid');
let chosenExchange = null; // null: the latest

const nameOf = netId => netId === '' ? '(no NetID)' : printable(netId);

function stateLine(state, why) {
  const isGood = state === 'answered' || state === 'keys exchanged';
  const [sign, kind] = SIGNS[why && isGood ? 'mistake' : state];
  return element('span', { className: 'state ' + kind },
    element('span', { ariaHidden: 'true' }, sign + ' '), why && isGood ? state + ', but ' + why
      : why && state !== 'mistake' ? state + ': ' + why : why || state);
}

/** Changes a part of the page, and gives the focus back to the element with the same key. */
function keepingFocus(change) {
  const key = document.activeElement?.dataset?.key;
  change();
  if (key !== undefined && document.activeElement?.dataset?.key !== key) {
    [...document.querySelectorAll('[data-key]')].find(one => one.dataset.key === key)?.focus({ preventScroll: true });
  }
}

function updateNetIds(changed, isAll) {
  if (isAll) netIds.clear();
  for (const summary of changed) {
    // A diagnosis comes later than its message, and is no news of the NetID.
    if (netIds.get(summary.netid)?.time !== summary.time) netIds.delete(summary.netid);
    netIds.set(summary.netid, summary);
  }
  while (netIds.size > MAX_NETIDS) netIds.delete(netIds.keys().next().value);
  if (chosenNetId === null && netIds.size > 0) chosenNetId = [...netIds.keys()].pop();
  showNetIds();
  if (changed.some(summary => summary.netid === chosenNetId)) refreshSoon();
}

// Elements stay where they are unless their order changes, so that screen readers keep their place.
const items = new Map();

function showNetIds() {
  byId('nobody').hidden = netIds.size > 0;
  byId('find').hidden = netIds.size === 0;
  const wanted = byId('filter').value.toLowerCase();
  keepingFocus(() => {
    for (const [netId, item] of items) {
      if (!netIds.has(netId)) {
        item.remove();
        items.delete(netId);
      }
    }
    let next = byId('netids').firstChild;
    for (const summary of [...netIds.values()].reverse()) {
      if (!items.has(summary.netid)) items.set(summary.netid, netIdItem(summary.netid));
      const item = items.get(summary.netid);
      fill(item.firstChild, summary);
      item.hidden = !summary.netid.toLowerCase().includes(wanted);
      if (item === next) next = next.nextSibling;
      else byId('netids').insertBefore(item, next);
    }
  });
}

function netIdItem(netId) {
  const button = element('button', { type: 'button' });
  button.dataset.key = 'netid ' + netId;
  button.addEventListener('click', () => {
    chosenNetId = netId;
    chosenExchange = null;
    history.replaceState(null, '', '/?netid=' + encodeURIComponent(netId));
    showNetIds();
    refresh();
  });
  return element('li', {}, button);
}

function fill(button, summary) {
  button.ariaPressed = String(summary.netid === chosenNetId);
  const content = JSON.stringify(summary);
  if (button.content === content) return;
  button.content = content;
  button.replaceChildren(element('span', { className: 'name' }, nameOf(summary.netid)),
    element('span', { className: 'time' }, clock(summary.time)), stateLine(summary.state, summary.why));
}

// The chosen exchange

let isRefreshing = false;
let isChanged = false;
let shown = '';
let last = null;
let timer = null;

function refreshSoon() {
  if (timer === null) timer = setTimeout(() => { timer = null; refresh(); }, REFRESH_MILLIS);
}

async function fetchJson(address) {
  const answer = await fetch(address);
  if (answer.ok) return answer.json();
  if (answer.status === 404) return null;
  throw new Error(answer.statusText);
}

async function refresh() {
  if (chosenNetId === null) return;
  if (isRefreshing) {
    isChanged = true;
    return;
  }
  isRefreshing = true;
  try {
    const netId = chosenNetId;
    const address = '/exchanges?netid=' + encodeURIComponent(netId);
    const list = await fetchJson(address) ?? [];
    const wanted = list.find(exchange => exchange.id === chosenExchange) ?? list[0];
    const exchange = wanted ? await fetchJson(address + '&id=' + wanted.id) : null;
    if (netId === chosenNetId) {
      last = [netId, list, exchange];
      showChosen(...last);
    }
  } catch (error) {
    // The connection is gone. The events say so, and bring everything again.
  } finally {
    isRefreshing = false;
    if (isChanged) {
      isChanged = false;
      refreshSoon();
    }
  }
}

const view = () => document.querySelector('input[name=view]:checked').value;

function showView() {
  if (last !== null) showChosen(...last);
}

function showChosen(netId, list, exchange) {
  const state = JSON.stringify([netId, list, exchange, view()]);
  if (state === shown) return;
  shown = state;
  byId('none').hidden = true;
  byId('chosen').hidden = false;
  byId('netid').textContent = nameOf(netId);
  keepingFocus(() => {
    byId('list').replaceChildren(...list.map(one => exchangeItem(one, exchange)));
    byId('messages').replaceChildren(...(exchange ? messages(exchange) : [
      element('li', {}, 'This exchange is no longer recorded.')]));
  });
  byId('steps').hidden = !exchange?.steps.length;
  byId('steps').querySelector('pre').textContent = exchange ? exchange.steps.join('\n') : '';
}

function exchangeItem(one, exchange) {
  const button = element('button', { type: 'button', ariaPressed: String(one.id === exchange?.id) },
    clock(one.time) + ' ', stateLine(one.state, one.why));
  button.dataset.key = 'exchange ' + one.id;
  button.addEventListener('click', () => {
    // Whoever looks at the latest exchange wants to see the next one as well.
    chosenExchange = one.id === last[1][0].id ? null : one.id;
    refresh();
  });
  return element('li', {}, button);
}

function messages(exchange) {
  const items = exchange.messages.flatMap(message => [request(message), ...(message.response
    ? [response(message)] : [])]);
  if (exchange.dropped > 0) {
    items.splice(exchange.messages[0].response ? 2 : 1, 0,
      element('li', { className: 'message' }, element('p', { className: 'body facts' },
        exchange.dropped === 1 ? 'One earlier message is left out here.'
          : exchange.dropped + ' earlier messages are left out here.')));
  }
  return items;
}

/** @param isSeen whether only the embedded broker has seen the message, so that the arrow ends there */
function arrow(toResponder, label, isRefused, isSeen) {
  const [start, end] = isSeen ? ['1%', '50%'] : toResponder ? ['1%', '99%'] : ['99%', '1%'];
  const head = toResponder ? 'M-9 -6L0 0L-9 6' : 'M9 -6L0 0L9 6';
  const kind = isRefused ? 'refused' : '';
  const at = (x, ...children) => svg('svg', { x, y: '65%', overflow: 'visible', width: 1, height: 1 }, ...children);
  return svg('svg', { class: 'arrow', 'aria-hidden': 'true' },
    svg('line', { class: 'lifeline', x1: '50%', x2: '50%', y1: 0, y2: '100%' }),
    svg('line', { class: kind, x1: start, x2: end, y1: '65%', y2: '65%' }),
    isSeen ? '' : at('50%', svg('path', { class: kind, d: toResponder ? 'M-4 -6L5 0L-4 6' : 'M4 -6L-5 0L4 6' })),
    isRefused ? at(isSeen ? '48%' : '97%', svg('path', { class: 'sign', d: 'M-9 -9L9 9M9 -9L-9 9' }))
      : at(end, svg('path', { d: head })),
    svg('text', { x: '27%', y: '38%' }, document.createTextNode(label)));
}

function facts(message, verb) {
  const parts = [clockWithMillis(message.time)];
  if (message.payload) parts.push(bytes(message.payload.length));
  if (message.qos === undefined) parts.push('seen by the embedded broker');
  else parts.push(verb + ' with QoS ' + message.qos, message.retain ? 'with the retain flag' : 'without the retain flag');
  return element('p', { className: 'facts' }, parts.join(', '));
}

function request(message) {
  const isSeen = message.state === 'mistake';
  const isRefused = message.state === 'refused' || message.state === 'failed' || isSeen;
  const body = element('div', { className: 'body' },
    element('h4', {}, isSeen ? 'client to broker: ' : 'client to responder: ', element('code', {}, printable(message.topic))),
    facts(message, 'delivered'));
  body.append(...problem(message));
  body.append(...(view() === 'broker' ? asTheBrokerSees(message.payload) : requestAtTheEnds(message)));
  return element('li', { className: 'message' },
    arrow(true, message.payload?.key ? 'public key' : message.payload?.token ? 'token' : 'message', isRefused,
      isSeen), body);
}

function response(message) {
  const { response: answer } = message;
  const body = element('div', { className: 'body' },
    element('h4', {}, 'responder to client: ', element('code', {}, printable(answer.topic))),
    facts(answer, 'sent'));
  body.append(...(view() === 'broker' ? asTheBrokerSees(answer.payload) : responseAtTheEnds(message)));
  return element('li', { className: 'message' }, arrow(false, answer.payload.key ? 'public key' : 'token', false), body);
}

function problem(message) {
  const lines = [];
  const mistakes = message.diagnosis?.mistakes ?? message.mistakes ?? [];
  if (message.state === 'refused') {
    lines.push(element('p', { className: 'problem' },
      element('strong', {}, '✕ refused: ' + message.reason), '; ' + message.explanation));
  } else if (message.state === 'failed') {
    lines.push(element('p', { className: 'problem' }, '✕ no answer was sent, because of an error in the responder or a'
      + ' lost connection; see its log'));
  }
  if (message.state === 'mistake') {
    lines.push(element('p', { className: 'problem' }, '✕ a mistake that only the broker sees: ' + message.why));
  }
  for (const mistake of mistakes) {
    lines.push(rows([['mistake', mistake.done + ' [' + mistake.id
      + (message.diagnosis ? message.diagnosis.proved ? ', proved]' : ', by its form]' : ']')],
    ['what to do', mistake.remedy]]));
  }
  if (message.diagnosis?.text) lines.push(element('p', {}, message.diagnosis.text));
  return lines;
}

function rows(pairs) {
  return element('dl', {}, ...pairs.flatMap(([term, value]) => [element('dt', {}, term), element('dd', {}, value)]));
}

/** A value that is shortened if it is long. The button copies the whole. */
function value(whole, name) {
  const text = printable(whole);
  const isLong = text.length > HEAD + TAIL + 8;
  const shownText = isLong ? text.slice(0, HEAD) + ' … ' + text.slice(-TAIL) : text;
  const parts = element('span', {}, element('span', { className: 'value' }, shownText === '' ? '(empty)' : shownText));
  if (isLong) {
    const button = element('button', { type: 'button', className: 'copy', ariaLabel: 'Copy ' + name }, 'Copy');
    button.dataset.key = 'copy ' + name + whole.slice(-40);
    button.addEventListener('click', () => copy(button, whole));
    parts.append(button);
  }
  return parts;
}

async function copy(button, text) {
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = button.ariaLabel = 'Copied';
  } catch (error) {
    // Without TLS, browsers let only pages of this computer use the clipboard.
    const area = element('textarea', { value: text });
    document.body.append(area);
    area.select();
    button.textContent = button.ariaLabel = document.execCommand('copy') ? 'Copied' : 'Not copied';
    area.remove();
    button.focus();
  }
}

function content(excerpt, name) {
  const parts = element('span', {}, value(excerpt.text ?? excerpt.hex, name));
  if (excerpt.hex !== undefined) parts.append(' in hexadecimal, because it is not UTF-8');
  if (excerpt.kept < excerpt.length) parts.append(' only the first ' + bytes(excerpt.kept) + ' are recorded');
  return parts;
}

function asTheBrokerSees(payload) {
  if (!payload) return [];
  const parts = [['payload', content(payload, 'the payload')]];
  if (payload.key) {
    const { algorithm, group, bits, fingerprint } = payload.key;
    parts.push(['algorithm', algorithm]);
    if (group) parts.push(['group', group]);
    if (bits) parts.push(['size', bits + ' bits']);
    parts.push(['fingerprint', value(fingerprint, 'the fingerprint')]);
  }
  if (payload.token) {
    const { version, time, iv, ciphertext, mac } = payload.token;
    const millis = Number(time) * 1000;
    parts.push(['version', version === '80' ? '80' : version + ', not 80'],
      ['time', time + (millis < 8.64e15 ? ', ' + new Date(millis).toISOString() : '')],
      ['IV', value(iv, 'the IV')]);
    if (mac) {
      parts.push(
        ['ciphertext', element('span', {}, bytes(ciphertext.length / 2) + ' ', value(ciphertext, 'the ciphertext'))],
        ['HMAC', value(mac, 'the HMAC')]);
    }
  }
  return [rows(parts)];
}

function requestAtTheEnds(message) {
  if (message.state === 'keys exchanged') {
    return [rows([['A', element('span', {}, 'the client’s public value, from its private value a: A = gᵃ mod p; fingerprint ',
      value(message.payload.key?.fingerprint ?? '', 'the fingerprint'))],
    ['the broker', 'knows A, and cannot compute a from it']])];
  }
  if (message.text) {
    return [rows([['HMAC', 'right, with the signing key: the client has the same key, and nobody changed the token'],
      ['text', content(message.text, 'the text')],
      ['the broker', 'knows that the text has at most ' + bytes(message.payload.token?.mac
      ? message.payload.token.ciphertext.length / 2 - 1 : message.payload.length)]])];
  }
  return message.state === 'refused' ? [element('p', { className: 'facts' }, 'The responder sends no answer.')] : [];
}

function responseAtTheEnds(message) {
  if (message.state === 'keys exchanged') {
    return [rows([['B', element('span', {}, 'the responder’s public value, from its private value b: B = gᵇ mod p; fingerprint ',
      value(message.response.payload.key?.fingerprint ?? '', 'the fingerprint'))],
    ['Z', 'the shared secret: the client computes Bᵃ mod p, the responder Aᵇ mod p; both are the same number of 512 bytes'],
    ['session key', 'HKDF-SHA256 of Z, with salt 00 and info 00: 32 bytes'],
    ['signing key', 'the first 16 bytes; makes the HMAC of each token'],
    ['encryption key', 'the last 16 bytes; encrypts each text with AES-128-CBC'],
    ['the broker', 'knows A and B, and cannot compute Z from them']])];
  }
  return [rows([['answer', content(message.answer, 'the answer')],
    ['token', 'encrypted with the encryption key, and a new IV; HMAC with the signing key']])];
}

// The class view

let shownCounts = '';

function showCounts(counts) {
  const state = JSON.stringify(counts);
  if (state === shownCounts) return;
  shownCounts = state;
  const sum = index => counts.minutes.reduce((total, minute) => total + minute[index], 0);
  byId('numbers').replaceChildren(...[['exchanges a second', counts.perSecond.toFixed(1)],
    ['sessions', counts.sessions], ['texts answered in the last hour', sum(1)],
    ['messages refused in the last hour', sum(2)]]
    .map(([term, number]) => element('div', {}, element('dt', {}, term),
      element('dd', {}, typeof number === 'number' ? number.toLocaleString('en') : number))));
  showMinutes(counts.minutes);
  byId('no-mistakes').hidden = counts.mistakes.length > 0;
  const most = Math.max(1, ...counts.mistakes.map(mistake => mistake.netids));
  byId('mistakes').replaceChildren(...counts.mistakes.map(mistake => element('li', {},
    element('code', {}, mistake.id), ': ' + (mistake.netids === 1 ? '1 NetID' : mistake.netids + ' NetIDs')
      + ', ' + mistake.done,
    svg('svg', { 'aria-hidden': 'true' },
      svg('rect', { width: 100 * mistake.netids / most + '%', height: '100%' })))));
}

function showMinutes(minutes) {
  const most = Math.max(1, ...minutes.map(([, answered, refusedCount]) => answered + refusedCount));
  const bars = minutes.flatMap(([, answered, refusedCount], index) => {
    const bar = (kind, from, count) => svg('rect', {
      class: kind, x: index * 10 + 1, width: 8, y: 100 - 100 * (from + count) / most, height: 100 * count / most });
    return [...(answered ? [bar('answered', 0, answered)] : []),
      ...(refusedCount ? [bar('refused', answered, refusedCount)] : [])];
  });
  const time = ([start]) => clock(start).slice(0, 5);
  byId('chart').replaceChildren(
    element('p', { className: 'facts' }, 'the highest bar: ' + most.toLocaleString('en')),
    svg('svg', { viewBox: '0 0 600 100', preserveAspectRatio: 'none', role: 'img',
      'aria-label': 'Bars of answered and refused messages for each minute; the table has the numbers' }, ...bars),
    element('div', { className: 'axis', ariaHidden: 'true' }, element('span', {}, time(minutes[0])),
      element('span', {}, time(minutes[minutes.length - 1]))));
  byId('table').replaceChildren(...minutes.filter(([, answered, refusedCount]) => answered + refusedCount > 0).reverse()
    .map(minute => element('tr', {}, element('td', {}, time(minute)), element('td', {}, String(minute[1])),
      element('td', {}, String(minute[2])))));
}

// Start

byId(isClassView ? 'class' : 'exchanges').hidden = false;
byId(isClassView ? 'to-class' : 'to-exchanges').setAttribute('aria-current', 'page');
document.querySelector('.skip').hidden = isClassView;
showStatus('Connecting', false);
const viewInputs = [...document.querySelectorAll('input[name=view]')];
for (const input of viewInputs) {
  input.addEventListener('change', showView);
}
byId('filter').addEventListener('input', showNetIds);
document.addEventListener('keydown', event => {
  if (event.key?.toLowerCase() === 'v' && !event.repeat && !event.ctrlKey && !event.altKey && !event.metaKey
      && event.target !== byId('filter') && !byId('chosen').hidden) {
    viewInputs.find(input => !input.checked).checked = true;
    showView();
  }
});
listen();
