import { expect, test } from 'vitest';
import { html } from './html.ts';

test('escapes values and leaves templates alone', () => {
  const evil = `<script>alert("1")</script> & 'x'`;
  expect(html`<p title="${evil}">${html`<b>${evil}</b>`}</p>`.markup).toBe(
    '<p title="&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; &#39;x&#39;">' +
      '<b>&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; &#39;x&#39;</b></p>',
  );
});

test('joins lists and shows nothing for undefined and false', () => {
  expect(html`${[html`<i>1</i>`, '<', 2]}${undefined}${false}`.markup).toBe('<i>1</i>&lt;2');
});
