import type { FastifyBaseLogger } from 'fastify';
import { registerHealthRoutes } from './http/health-routes.ts';
import { createHttpApp } from './http/http-app.ts';
import type { HttpApp } from './http/http-app-type.ts';
import { registerMetrics } from './http/metrics.ts';

export interface HubOptions {
  /** The only source of the Redirect URL and of webhook URLs; never the Host header. */
  publicUrl: URL;
  /** Where to listen. */
  host: string;
  /** 0 takes any free one. */
  port: number;
  version: string;
  logger: FastifyBaseLogger;
  /** The built web application. */
  webRoot?: string | undefined;
  tls?: { cert: string | Buffer; key: string | Buffer } | undefined;
  trustedProxies?: readonly string[] | undefined;
}

/** One instance: everything wired, nothing running until `start`. */
export interface Hub {
  app: HttpApp;
  /** @returns the address it listens on, such as `http://127.0.0.1:8080` */
  start(): Promise<string>;
  /** Lets requests under way end, then frees everything that the hub itself opened. */
  stop(): Promise<void>;
}

export async function createHub(options: HubOptions): Promise<Hub> {
  const { publicUrl, logger, version, webRoot, tls, trustedProxies } = options;
  const app = await createHttpApp({
    publicUrl,
    logger,
    version,
    webRoot,
    tls,
    trustedProxies,
    sessionCookie: '__Host-lockkeeper',
    authenticate: async () => undefined,
    onDenied: async () => {},
  });
  registerMetrics(app);
  registerHealthRoutes(app, []);
  await app.ready();

  return {
    app,
    start: () => app.listen({ host: options.host, port: options.port }),
    stop: () => app.close(),
  };
}
