import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { until } from '../../local/demo/demo-events.ts';
import { BlobKeyStore } from '../../src/adapters/blob-key-store.ts';
import { containers } from '../../src/core/resources.ts';
import { issueKey } from '../../src/scoring/access/issue-key.ts';
import { chromium, openPage, type Page } from './chromium.ts';
import { useTwin } from './twin-fixture.ts';

if (chromium === undefined)
  process.stderr.write('No Chromium on the PATH: the tests of the page at /docs are skipped.\n');

describe.skipIf(chromium === undefined)('the page at /docs, in a real browser, on an app that asks for keys', () => {
  const twin = useTwin({ settings: { SLUICE_ANONYMOUS: 'off' } });
  let page: Page;
  let key: string;

  beforeAll(async () => {
    const store = new BlobKeyStore(async () => twin().blobs.getContainerClient(containers.access));
    key = (await issueKey(store, { name: 'reader', rights: ['score', 'metadata'] }))!.text;
    page = await openPage(chromium as string);
    await page.send('Emulation.setDeviceMetricsOverride', {
      width: 1280,
      height: 900,
      deviceScaleFactor: 1,
      mobile: false,
    });
    await page.send('Page.navigate', { url: `${twin().twin.url}/docs` });
    await shows('#notice', 'Expected a valid key');
  });
  afterAll(() => page?.close());

  const textOf = (selector: string) => page.evaluate<string>(`document.querySelector('${selector}')?.innerText ?? ''`);
  const shows = (selector: string, text: string) =>
    until(`${selector} to show ${text}`, async () => (await textOf(selector)).includes(text), 15_000, 50);
  const focused = () => page.evaluate<string>('document.activeElement.id');

  /** Goes on with the Tab key until this element has the focus. */
  async function tabTo(id: string): Promise<void> {
    for (let i = 0; i < 30 && (await focused()) !== id; i++) await page.press('Tab');
    expect(await focused()).toBe(id);
  }

  const replaceWith = async (text: string) => {
    await page.evaluate('document.activeElement.select()');
    await page.type(text);
  };

  const direct = async (record: string) => {
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${key}` };
    const url = `${twin().twin.url}/models/machine-failure/score`;
    const { scores } = (await (await fetch(url, { method: 'POST', headers, body: record })).json()) as {
      scores: { label: string; probability: number }[];
    };
    return scores[0]!;
  };

  test('with the keyboard alone: type the key, fill the form, send it, read the score', async () => {
    await tabTo('key');
    await page.type(key);
    await page.press('Enter');
    await page.press('Tab');
    await shows('#summary', 'machine-failure, version 1');
    await tabTo('field-torque');
    await replaceWith('72.5');
    await page.press('Enter');
    await shows('#result', 'probability');
    const record = await page.evaluate<string>('bodyText()');
    expect(JSON.parse(record)).toMatchObject({ torque: 72.5, type: 'L' });
    const { label, probability } = await direct(record);
    expect(await textOf('#result')).toContain(label);
    expect(await textOf('#result')).toContain(String(Number(probability.toPrecision(6))));
  });

  test('the form says type, unit and bounds of each feature', async () => {
    const labels = await page.evaluate<string[]>(
      `[...document.querySelectorAll('#fields label')].map((each) => each.innerText)`,
    );
    expect(labels).toEqual([
      'type',
      'airTemperature K',
      'processTemperature K',
      'rotationalSpeed rpm',
      'torque Nm',
      'toolWear min',
      'machineId',
    ]);
    expect(await textOf('#field-torque-hint')).toBe('0 to 100');
    const options = `[...document.querySelectorAll('#field-type option')].map((each) => each.value)`;
    expect(await page.evaluate(options)).toEqual(['L', 'M', 'H']);
  });

  test('what is wrong is said at its field, in the words of the app', async () => {
    await tabTo('field-torque');
    await replaceWith('-3');
    await page.press('Enter');
    await shows('#field-torque-wrong', 'Expected a number, 0..100 Nm, got -3.');
    expect(await page.evaluate(`document.getElementById('field-torque').getAttribute('aria-invalid')`)).toBe('true');
    await replaceWith('40');
    await page.press('Enter');
    await shows('#result', 'probability');
    expect(await textOf('#field-torque-wrong')).toBe('');
  });

  test('the request stands there as curl, with the key by name alone', async () => {
    const curl = await textOf('#curl');
    expect(curl).toContain(`curl '${twin().twin.url}/models/machine-failure/score'`);
    expect(curl).toContain(`-d '${await page.evaluate<string>('bodyText()')}'`);
    expect(curl).toContain('Bearer $SLUICE_KEY');
    expect(await page.evaluate<string>('document.documentElement.outerHTML')).not.toContain(key);
  });

  test.each(['light', 'dark'])('every text can be read when the system is %s', async (value) => {
    await page.send('Emulation.setEmulatedMedia', { features: [{ name: 'prefers-color-scheme', value }] });
    const poor = await page.evaluate<string[]>(`(${poorContrasts})()`);
    expect(poor).toEqual([]);
  });

  test('a narrow window needs no scrolling sideways', async () => {
    await page.send('Emulation.setDeviceMetricsOverride', {
      width: 360,
      height: 800,
      deviceScaleFactor: 1,
      mobile: true,
    });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(360);
  });

  test('nothing came from elsewhere, and nothing broke', () => {
    const hosts = page.events
      .filter(({ method }) => method === 'Network.requestWillBeSent')
      .map(({ params }) => new URL(params.request.url))
      .filter(({ protocol }) => protocol !== 'data:')
      .map(({ origin }) => origin);
    expect([...new Set(hosts)]).toEqual([twin().twin.url]);
    const broken = page.events.filter(
      ({ method, params }) =>
        method === 'Runtime.exceptionThrown' ||
        (method === 'Log.entryAdded' && !/status of 40[01]/.test(params.entry.text)),
    );
    expect(broken).toEqual([]);
  });
});

/** Texts whose contrast with what is behind them is less than 4.5 to 1, as WCAG 2.2 asks for; runs in the page. */
const poorContrasts = `() => {
  const channels = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const luminance = (colour) => {
    const [r, g, b] = channels(colour).map((each) => each / 255).map((each) => (each <= 0.04045 ? each / 12.92 : ((each + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (element) => {
    const { backgroundColor } = getComputedStyle(element);
    return channels(backgroundColor)[3] === 0 ? behind(element.parentElement) : backgroundColor;
  };
  return [...document.body.querySelectorAll('*')]
    .filter((each) => each.tagName !== 'SCRIPT' && [...each.childNodes].some((child) => child.nodeType === 3 && child.data.trim() !== ''))
    .filter((each) => each.offsetParent !== null)
    .map((each) => {
      const [dark, light] = [luminance(getComputedStyle(each).color), luminance(behind(each))].sort((a, b) => a - b);
      return [each.tagName + ' ' + each.textContent.slice(0, 20), (light + 0.05) / (dark + 0.05)];
    })
    .filter(([, contrast]) => contrast < 4.5)
    .map(([name, contrast]) => name + ': ' + contrast.toFixed(2));
}`;
