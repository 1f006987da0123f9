import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An application as far as a watch sees it: its health and its figures, which a test sets. */
export interface FakeApplication extends AsyncDisposable {
  readonly url: string;
  healthy: () => Promise<boolean>;
  errorRate: number | null;
  p95Ms: number | null;
}

export async function startApplication(): Promise<FakeApplication> {
  const server = createServer((request, response) => {
    const answer = async (): Promise<void> => {
      if (request.url === '/health') {
        response.writeHead((await application.healthy()) ? 200 : 503).end('health');
        return;
      }
      const { errorRate, p95Ms } = application;
      if (errorRate === null || p95Ms === null) response.writeHead(500).end();
      else response.end(JSON.stringify({ errorRate, p95Ms }));
    };
    answer().catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  const application: FakeApplication = {
    url: `http://127.0.0.1:${port}`,
    healthy: async () => true,
    errorRate: 0.001,
    p95Ms: 40,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
  return application;
}
