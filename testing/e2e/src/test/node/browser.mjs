// Drives a browser for the tests: reads one command in JSON a line from standard input, and writes one answer in JSON
// a line to standard output. It ends with its standard input.
import { createInterface } from 'node:readline';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { chromium } from 'playwright-core';

const [executablePath] = process.argv.slice(2);
const TIMEOUT = 60_000;
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const browser = await chromium.launch({
  executablePath, args: ['--no-sandbox', '--disable-quic', '--disable-background-networking'] });
let context = null;
let page = null;
let problems = [];

async function open(options) {
  if (context) await context.close();
  context = await browser.newContext({ locale: 'en-GB', timezoneId: 'UTC', ...options });
  page = await context.newPage();
  page.setDefaultTimeout(TIMEOUT);
  problems = [];
  page.on('pageerror', error => problems.push('error: ' + error.message));
  page.on('dialog', dialog => {
    problems.push('dialog: ' + dialog.message());
    dialog.dismiss();
  });
  // The address in messages of the console has the port.
  page.on('console', message => {
    if (message.type() === 'error' && !/Failed to load resource/.test(message.text())) {
      problems.push('console: ' + message.text());
    }
  });
}

const commands = {
  open: async ({ url, options }) => {
    await open(options);
    const answer = await page.goto(url, { waitUntil: 'domcontentloaded' });
    await page.waitForURL(address => !address.searchParams.has('token'));
    return answer.status();
  },
  url: () => page.url(),
  evaluate: ({ js }) => page.evaluate(js),
  await: async ({ js }) => {
    // Playwright's own way to wait compiles the text within the page, which the page forbids.
    const end = Date.now() + TIMEOUT;
    while (!await page.evaluate(js).catch(error => {
      // The page is just being replaced by another one.
      if (!/Execution context was destroyed|navigat/i.test(error.message)) throw error;
    })) {
      if (Date.now() > end) {
        throw new Error('not so: ' + js + '\nThe page shows:\n' + await page.evaluate('document.body.innerText'));
      }
      await new Promise(resolve => setTimeout(resolve, 50));
    }
  },
  click: ({ selector }) => page.click(selector),
  press: ({ key }) => page.keyboard.press(key),
  scheme: ({ value }) => page.emulateMedia({ colorScheme: value }),
  size: ({ width, height }) => page.setViewportSize({ width, height }),
  picture: ({ file }) => page.screenshot({ path: file, fullPage: true }),
  problems: () => problems,
  // Not as a script of the page, because the page forbids that.
  axe: async () => {
    await page.evaluate(axe + '\n;undefined');
    const result = await page.evaluate('axe.run()');
    return result.violations.map(violation => violation.id + ': ' + violation.nodes.map(node => node.html + ' '
      + node.failureSummary).join(' | '));
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const command = JSON.parse(line);
  let answer;
  try {
    answer = { value: await commands[command.do](command) ?? null };
  } catch (error) {
    answer = { error: error.message };
  }
  process.stdout.write(JSON.stringify(answer) + '\n');
}
await browser.close();
