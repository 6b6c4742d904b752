import type { SeatAt } from './browser.ts';

/** Writes a line in the command line and sends it. */
export async function say(seat: SeatAt, line: string): Promise<void> {
  await seat.page.keyboard.press('Control+k');
  await seat.page.keyboard.type(line);
  await seat.page.keyboard.press('Enter');
}

type Filled = Record<string, string | string[] | boolean>;

/** Fills the form that is open and sends it: by name of the field, as the form has them. What is checked in twos is pressed twice. */
export async function fill(seat: SeatAt, form: string, values: Filled, steps = 1): Promise<void> {
  const open = seat.page.locator(`[data-testid="form"][data-form="${form}"]`);
  await open.waitFor();
  for (const [name, value] of Object.entries(values)) {
    const field = open.locator(`[name="${name}"]`).first();
    if (Array.isArray(value)) for (const label of value) await open.getByLabel(label, { exact: true }).check();
    else if (typeof value === 'boolean') await field.setChecked(value);
    else if ((await field.evaluate((element) => element.tagName)) === 'SELECT') await field.selectOption(value);
    else await field.fill(value);
  }
  // From a field, as a hand does: the form is sent from wherever the focus is in it.
  await open.locator(':is(input, select, textarea, .send)').first().focus();
  for (let step = 0; step < steps; step += 1) await seat.page.keyboard.press('Control+Enter');
  await open.waitFor({ state: 'detached' });
}

/** Takes an incident of the list in front of oneself. */
export async function choose(seat: SeatAt, id: string): Promise<void> {
  await seat.page.locator(`[data-testid="queue"] [data-id="${id}"]`).click();
}
