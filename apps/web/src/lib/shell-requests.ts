/** What the API client asks of the frame around the pages, by events on `window`. */

const SIGNED_OUT = 'lockkeeper:signed-out';
const STEP_UP = 'lockkeeper:step-up';

/** The instance says that nobody is signed in any more. */
export function announceSignedOut(): void {
  globalThis.window?.dispatchEvent(new Event(SIGNED_OUT));
}

/** @returns how to stop listening */
export function onSignedOut(listener: () => void): () => void {
  window.addEventListener(SIGNED_OUT, listener);
  return () => window.removeEventListener(SIGNED_OUT, listener);
}

/** Whether the person proved who they are; false when they did not want to, or nothing on the page could ask. */
export function askForStepUp(): Promise<boolean> {
  return new Promise((resolve) => {
    const event = new CustomEvent(STEP_UP, { detail: resolve, cancelable: true });
    // Whoever asks the person prevents the default, which is no.
    if (globalThis.window?.dispatchEvent(event) !== false) resolve(false);
  });
}

/** @returns how to stop listening */
export function onStepUp(listener: (answer: (confirmed: boolean) => void) => void): () => void {
  const onEvent = (event: Event) => {
    if (!(event instanceof CustomEvent) || typeof event.detail !== 'function') return;
    event.preventDefault();
    const answer: (confirmed: boolean) => void = event.detail;
    listener(answer);
  };
  window.addEventListener(STEP_UP, onEvent);
  return () => window.removeEventListener(STEP_UP, onEvent);
}
