/**
 * What the page does: it reads /openapi.json, makes a form of a model's record, sends it and shows the score. Text is
 * only ever set as text, so that nothing in a manifest or an answer can become a part of the page.
 */
export const pageScript = String.raw`
'use strict';
const at = (id) => document.getElementById(id);
const state = { models: [], current: undefined, answers: 0 };

function element(tag, properties, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

const keyHeaders = () => (at('key').value === '' ? {} : { authorization: 'Bearer ' + at('key').value.trim() });

async function load() {
  // A link carries no key.
  at('openapi').hidden = at('key').value !== '';
  at('notice').textContent = 'Reading the models ...';
  try {
    const response = await fetch('/openapi.json', { headers: keyHeaders() });
    const answered = await response.json();
    if (!response.ok) throw new Error(answered.error.message);
    state.models = modelsOf(answered);
    at('version').textContent = 'version ' + answered.info.version;
    at('notice').textContent = state.models.length === 0 ? 'No model serves that you may use. GET /status says why.' : '';
  } catch (error) {
    state.models = [];
    at('notice').textContent = error.message;
  }
  at('workplace').hidden = state.models.length === 0;
  at('model').replaceChildren(...state.models.map(({ name }) => element('option', { value: name, textContent: name })));
  const wanted = decodeURIComponent(location.hash.slice(1));
  if (state.models.some(({ name }) => name === wanted)) at('model').value = wanted;
  show();
}

function modelsOf(api) {
  return Object.entries(api.paths).flatMap(([path, { post }]) => {
    if (post === undefined || !post.tags.includes('models')) return [];
    const name = path.split('/').at(-2);
    const { schema, example } = post.requestBody.content['application/json'];
    const record = api.components.schemas[name + '.Record'];
    return [{ name, path, record, example, schema, summary: post.summary, description: post.description, metadata: post['x-metadata'] }];
  });
}

function show() {
  state.current = state.models.find(({ name }) => name === at('model').value);
  if (state.current === undefined) return;
  const { record, example, summary, description, metadata } = state.current;
  at('summary').textContent = [summary + '.', description].filter(Boolean).join(' ');
  const fields = record === undefined ? [tensorField(metadata)] : Object.entries(record.properties).map((entry) => field(entry, record, example));
  at('fields').replaceChildren(...fields);
  state.answers++;
  at('result').replaceChildren(element('p', { className: 'quiet', textContent: 'Nothing has been sent yet.' }));
  showCurl();
}

function field([name, schema], record, example) {
  const id = 'field-' + name;
  const types = [schema.type].flat();
  const isRequired = (record.required ?? []).includes(name);
  const values = schema.enum?.filter((each) => each !== null) ?? (types.includes('boolean') ? ['true', 'false'] : undefined);
  const control = values === undefined ? element('input', { autocomplete: 'off', inputMode: isNumeric(types) ? 'decimal' : 'text' }) : element('select', {});
  if (values !== undefined) {
    const none = isRequired ? [] : [element('option', { value: '', textContent: '(none)' })];
    control.append(...none, ...values.map((value) => element('option', { value, textContent: value })));
  }
  Object.assign(control, { id, name });
  control.value = String(example?.[name] ?? '');
  control.dataset.types = types.join(' ');
  const label = element('label', { htmlFor: id }, name);
  if (schema['x-unit'] !== undefined) label.append(' ', element('span', { className: 'unit', textContent: schema['x-unit'] }));
  const hint = element('small', { id: id + '-hint', textContent: hintOf(schema, isRequired) });
  const wrong = element('small', { id: id + '-wrong', className: 'wrong' });
  control.setAttribute('aria-describedby', hint.id + ' ' + wrong.id);
  return element('div', {}, label, control, hint, wrong);
}

const isNumeric = (types) => types.includes('number') || types.includes('integer');

function hintOf({ minimum, maximum, description, format }, isRequired) {
  const bounds = minimum !== undefined && maximum !== undefined ? minimum + ' to ' + maximum
    : minimum !== undefined ? 'at least ' + minimum : maximum !== undefined ? 'at most ' + maximum : undefined;
  const kind = format === 'int64' ? 'whole number' : format === 'date-time' ? 'ISO 8601 time' : undefined;
  return [description?.replace(/\.$/, ''), kind, bounds, isRequired ? undefined : 'may be empty'].filter(Boolean).join(' · ');
}

function tensorField({ inputs }) {
  const body = { inputs: inputs.map(({ name, datatype, shape }) => ({ name, datatype, shape: shape.map((size) => (size < 0 ? 1 : size)), data: [] })) };
  const control = element('textarea', { id: 'body', spellcheck: false, value: JSON.stringify(body, null, 2) });
  return element('div', {}, element('label', { htmlFor: 'body' }, 'Body of the call'), control);
}

function valueOf(control) {
  const { value } = control;
  const types = control.dataset.types.split(' ');
  if (types.includes('boolean')) return value === 'true';
  // What is no number is sent as it is: the app says what is wrong with it.
  return isNumeric(types) && Number.isFinite(Number(value)) ? Number(value) : value;
}

function bodyText() {
  if (state.current.record === undefined) return at('body').value;
  const filled = [...at('fields').querySelectorAll('input, select')].filter(({ value }) => value !== '');
  return JSON.stringify(Object.fromEntries(filled.map((control) => [control.name, valueOf(control)])));
}

const quoted = (text) => "'" + text.replaceAll("'", "'\\''") + "'";

function showCurl() {
  const key = at('key').value === '' ? '' : ' \\\n  -H "authorization: Bearer $SLUICE_KEY"';
  at('curl').textContent = 'curl ' + quoted(location.origin + state.current.path)
    + " \\\n  -H 'content-type: application/json'" + key + ' \\\n  -d ' + quoted(bodyText());
}

async function send(event) {
  event.preventDefault();
  const turn = ++state.answers;
  at('send').disabled = true;
  for (const control of at('fields').querySelectorAll('[aria-invalid]')) control.removeAttribute('aria-invalid');
  for (const wrong of at('fields').querySelectorAll('.wrong')) wrong.textContent = '';
  let parts;
  try {
    const response = await fetch(state.current.path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...keyHeaders() },
      body: bodyText(),
    });
    const answered = await response.json();
    parts = response.ok ? scored(answered) : refused(response.status, answered);
  } catch (error) {
    parts = [element('p', { className: 'wrong', textContent: 'No answer: ' + error.message })];
  }
  at('send').disabled = false;
  if (document.activeElement === document.body) at('send').focus();
  if (turn === state.answers) at('result').replaceChildren(...parts);
}

function scored(answered) {
  const details = element('details', {}, element('summary', { textContent: 'The whole answer' }), element('pre', { textContent: JSON.stringify(answered, null, 2), tabIndex: 0 }));
  const score = answered.scores?.[0];
  if (score === undefined || score === null) return [Object.assign(details, { open: true })];
  const shown = (value) => (typeof value === 'object' ? JSON.stringify(value) : typeof value === 'number' ? String(Number(value.toPrecision(6))) : String(value));
  const list = Object.entries(score).flatMap(([name, value]) => [element('dt', { textContent: name }), element('dd', { textContent: shown(value) })]);
  return [element('dl', {}, ...list), details];
}

function refused(status, answered) {
  const { message, code, faults = [] } = answered.error?.message === undefined ? { ...answered, message: answered.error } : answered.error;
  for (const fault of faults) {
    const control = at('field-' + fault.path.slice(1).replaceAll('~1', '/').replaceAll('~0', '~'));
    if (control === null) continue;
    control.setAttribute('aria-invalid', 'true');
    at(control.id + '-wrong').textContent = 'Expected ' + fault.expected + ', got ' + fault.got + '.';
  }
  return [element('p', { className: 'wrong', textContent: message }), element('p', { className: 'quiet', textContent: status + ' ' + code })];
}

at('form').addEventListener('submit', send);
at('form').addEventListener('input', showCurl);
at('model').addEventListener('change', () => { history.replaceState(null, '', '#' + encodeURIComponent(at('model').value)); show(); });
at('key').addEventListener('change', load);
at('access').addEventListener('submit', (event) => event.preventDefault());
at('copy').addEventListener('click', async () => {
  await navigator.clipboard.writeText(at('curl').textContent);
  at('copy').textContent = 'Copied';
  setTimeout(() => { at('copy').textContent = 'Copy'; }, 2000);
});
load();
`;
