import { expect, test } from 'vitest';
import { axeViolations } from './axe.ts';
import { launchBrowser } from './browser.ts';
import { secretsIn } from './canaries.ts';
import { Watch } from './watched-page.ts';

// The guards of the browser tests must themselves fail when they should.
test('a page that breaks the rules is noticed', async () => {
  await using browser = await launchBrowser();
  await using context = await browser.newContext();
  const watch = new Watch(context);
  const page = await context.newPage();
  await context.route('**/*', (route) =>
    route.fulfill({
      headers: { 'content-type': 'text/html', 'content-security-policy': "script-src 'none'" },
      body: `<!doctype html><title>t</title><html lang="en"><script>1</script><main>
        <img src="data:,"><input type="checkbox"><p>${Buffer.from('canary-secret').toString('base64')}</p></main>`,
    }),
  );
  await page.goto('http://localhost/');

  expect(watch.take().join()).toMatch(/Content Security Policy/);
  expect((await axeViolations(page)).join()).toMatch(/image-alt.*label/s);
  expect(await secretsIn(page, { secret: 'canary-secret', other: 'canary-other' })).toEqual(['secret']);
});
