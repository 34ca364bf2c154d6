import { Gauge, type Registry } from 'prom-client';

/** How far this machine's clock is off: sign-in codes and single sign-on need it to be right. */
export function registerClockMetrics(registry: Registry, clock: { skewMs(): number }): void {
  new Gauge({
    name: 'lockkeeper_clock_skew_seconds',
    help: "This machine's clock minus the database's, which is the one that counts",
    registers: [registry],
    collect() {
      this.set(clock.skewMs() / 1000);
    },
  });
}
