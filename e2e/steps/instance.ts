import type { Page } from 'playwright-core';

export interface Person {
  name: string;
  email: string;
  password: string;
}

/** Redeems a one-time link: the set-up link of the first administrator, or an invitation. */
export async function redeemLink(page: Page, link: string, person: Person): Promise<void> {
  await page.goto(link);
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill(person.name);
  await page.getByRole('textbox', { name: 'E-mail', exact: true }).fill(person.email);
  await page.getByLabel(/^Password/).fill(person.password);
  await page.getByRole('button', { name: 'Create the account and sign in' }).click();
  await page.getByRole('heading', { level: 1, name: 'Home' }).waitFor();
}

/** Signs in with e-mail and password, at the sign-in page. */
export async function signIn(page: Page, origin: string, person: Omit<Person, 'name'>): Promise<void> {
  await page.goto(new URL('/sign-in', origin).href);
  await page.getByLabel('E-mail').fill(person.email);
  await page.getByRole('textbox', { name: 'Password' }).fill(person.password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByRole('button', { name: /User menu/ }).waitFor();
}

/** **All** > … in the navigator, found by typing part of a name into its filter. */
export async function openModule(page: Page, filter: string, module: string): Promise<void> {
  const navigator = page.getByRole('navigation', { name: 'Navigator' });
  await navigator.getByLabel('Filter navigator').fill(filter);
  await navigator.getByRole('link', { name: module, exact: true }).click();
  await navigator.getByLabel('Filter navigator').fill('');
}

/** Goes to another module although something typed is not saved, and confirms it. */
export async function leaveWithoutSaving(page: Page, filter: string, module: string): Promise<void> {
  await openModule(page, filter, module);
  await page.getByRole('dialog').getByRole('button', { name: 'Leave' }).click();
}

/** Right-clicks the form header and chooses an item of its menu. */
export async function chooseByRightClick(page: Page, item: string): Promise<void> {
  await page.getByRole('heading', { level: 1 }).click({ button: 'right' });
  await page.getByRole('menuitem', { name: new RegExp(`^${item}`) }).click();
}

/** Presses the form header, holds it until its menu opens, and chooses an item. */
export async function chooseByPressAndHold(page: Page, item: string): Promise<void> {
  const box = await page.getByRole('heading', { level: 1 }).boundingBox();
  if (!box) throw new Error('there is no form header');
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await page.mouse.down();
  await page.getByRole('menu').waitFor();
  await page.mouse.up();
  await page.getByRole('menuitem', { name: new RegExp(`^${item}`) }).click();
}

/** Chooses in a reference field: types into its search, then takes the option. */
export async function chooseReference(page: Page, label: string, name: string): Promise<void> {
  const field = page.getByRole('combobox', { name: label });
  await field.click();
  await field.fill(name);
  await page.getByRole('option', { name }).click();
}
