import { hash } from 'node:crypto';
import type { HttpAnswer } from '../../../core/protocols/http-message.ts';
import { pageScript } from './page-script.ts';
import { pageStyle } from './page-style.ts';

const sourceOf = (text: string): string => `'sha256-${hash('sha256', text, 'base64')}'`;

/** The page may run its own script, have its own style and call its own app; nothing else, from nowhere else. */
const policy = [
  "default-src 'none'",
  `script-src ${sourceOf(pageScript)}`,
  `style-src ${sourceOf(pageStyle)}`,
  "connect-src 'self'",
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Sluice: try the models</title>
<link rel="icon" href="data:,">
<style>${pageStyle}</style>
</head>
<body>
<header>
<h1>Sluice</h1>
<span class="quiet" id="version"></span>
<a id="openapi" href="/openapi.json">OpenAPI</a>
</header>
<main>
<form id="access" class="card bar" aria-label="Model and key">
<label for="model">Model<select id="model"></select></label>
<label for="key">Key <span class="unit">where the app asks for one</span><input id="key" type="password" autocomplete="off" spellcheck="false"></label>
</form>
<p id="notice" role="status"></p>
<div id="workplace" class="columns" hidden>
<section class="card" aria-labelledby="record-title">
<h2 id="record-title">Record</h2>
<p id="summary" class="quiet"></p>
<form id="form" novalidate>
<div id="fields" class="fields"></div>
<button id="send" type="submit">Score</button>
</form>
</section>
<div>
<section class="card" aria-labelledby="result-title">
<h2 id="result-title">Score</h2>
<div id="result" aria-live="polite"></div>
</section>
<section class="card" aria-labelledby="curl-title">
<h2 id="curl-title">The same with curl</h2>
<pre id="curl" tabindex="0"></pre>
<button id="copy" type="button" class="second">Copy</button>
</section>
</div>
</div>
<noscript><p>This page needs JavaScript; <a href="/openapi.json">/openapi.json</a> says the same.</p></noscript>
</main>
<script>${pageScript}</script>
</body>
</html>
`;

/** The page at `/docs`. It knows no model: what it shows it reads from `/openapi.json`, with the reader's key. */
export const docsPage: HttpAnswer = {
  status: 200,
  headers: {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': policy,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-cache',
  },
  body: html,
};
