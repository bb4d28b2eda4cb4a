import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

/** The browser on this machine; undefined where none is. */
export const chromium = (process.env.PATH ?? '')
  .split(delimiter)
  .flatMap((folder) => ['chromium', 'chromium-browser', 'google-chrome'].map((name) => join(folder, name)))
  .find((file) => existsSync(file));

/** Something that the browser told, by the DevTools protocol. */
export interface BrowserEvent {
  readonly method: string;
  // biome-ignore lint/suspicious/noExplicitAny: each event has a shape of its own.
  readonly params: any;
}

/** A page in a browser without a window. */
export interface Page {
  /** All that it told so far. */
  readonly events: readonly BrowserEvent[];
  // biome-ignore lint/suspicious/noExplicitAny: each method answers in a shape of its own.
  send(method: string, params?: object): Promise<any>;
  /** The value of an expression in the page. */
  evaluate<T>(expression: string): Promise<T>;
  /** Presses a key, or types a text, as a person does. */
  press(key: 'Tab' | 'Enter'): Promise<void>;
  type(text: string): Promise<void>;
  close(): Promise<void>;
}

const keyCodes = { Tab: 9, Enter: 13 } as const;

/** Starts a browser with one empty page, whose events are on. */
export async function openPage(file: string): Promise<Page> {
  const profile = await mkdtemp(join(tmpdir(), 'sluice-chromium-'));
  const flags = ['--headless=new', '--remote-debugging-port=0', `--user-data-dir=${profile}`, '--disable-gpu'];
  // A container's root has no sandbox of its own; what is opened is our own page.
  const child = spawn(file, [...flags, '--no-sandbox', '--disable-dev-shm-usage', '--no-first-run', 'about:blank'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = new Promise((resolve) => child.once('close', resolve));
  const close = async () => {
    child.kill('SIGKILL');
    await ended;
    await rm(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  };
  try {
    const { origin } = new URL((await addressOf(child)).replace('ws:', 'http:'));
    const targets = (await (await fetch(`${origin}/json/list`)).json()) as {
      type: string;
      webSocketDebuggerUrl: string;
    }[];
    const page = await connect(targets.find(({ type }) => type === 'page')!.webSocketDebuggerUrl);
    return { ...page, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function addressOf(child: ChildProcess): Promise<string> {
  let told = '';
  return new Promise((resolve, reject) => {
    child.stderr?.on('data', (data) => {
      told += data;
      const found = /DevTools listening on (\S+)/.exec(told)?.[1];
      if (found !== undefined) resolve(found);
    });
    child.once('close', () => reject(new Error(`The browser ended: ${told}`)));
  });
}

async function connect(url: string): Promise<Omit<Page, 'close'>> {
  const socket = new WebSocket(url);
  const events: BrowserEvent[] = [];
  const waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  await new Promise((resolve, reject) => {
    socket.onopen = resolve;
    socket.onerror = reject;
  });
  socket.onmessage = ({ data }) => {
    const { id, result, error, ...event } = JSON.parse(String(data));
    if (id === undefined) events.push(event);
    else if (error === undefined) waiting.get(id)?.resolve(result);
    else waiting.get(id)?.reject(new Error(error.message));
  };
  socket.onclose = () => {
    for (const each of waiting.values()) each.reject(new Error('The browser ended.'));
  };
  let count = 0;
  const send: Page['send'] = (method, params = {}) =>
    new Promise((resolve, reject) => {
      waiting.set(++count, { resolve, reject });
      socket.send(JSON.stringify({ id: count, method, params }));
    });
  for (const domain of ['Page', 'Runtime', 'Log', 'Network']) await send(`${domain}.enable`);
  return {
    events,
    send,
    async evaluate(expression) {
      const { result, exceptionDetails } = await send('Runtime.evaluate', {
        expression,
        returnByValue: true,
        awaitPromise: true,
      });
      if (exceptionDetails !== undefined)
        throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
      return result.value;
    },
    async press(key) {
      const event = { key, code: key, windowsVirtualKeyCode: keyCodes[key], ...(key === 'Enter' && { text: '\r' }) };
      await send('Input.dispatchKeyEvent', { type: 'keyDown', ...event });
      await send('Input.dispatchKeyEvent', { type: 'keyUp', ...event });
    },
    async type(text) {
      await send('Input.insertText', { text });
    },
  };
}
