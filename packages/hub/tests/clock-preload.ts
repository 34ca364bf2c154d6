import process from 'node:process';

// Loaded before an instance: its machine's clock is off from the start, and jumps by as much again with each SIGUSR2.
const stepMs = Number(process.env.TEST_CLOCK_AHEAD_MS ?? 0);
let aheadMs = stepMs;
const TrueDate = Date;

globalThis.Date = new Proxy(TrueDate, {
  construct: (target, args, newTarget) =>
    Reflect.construct(target, args.length === 0 ? [TrueDate.now() + aheadMs] : args, newTarget),
  apply: () => new TrueDate(TrueDate.now() + aheadMs).toString(),
  get: (target, name) => (name === 'now' ? () => TrueDate.now() + aheadMs : Reflect.get(target, name)),
});

process.on('SIGUSR2', () => {
  aheadMs += stepMs;
});
