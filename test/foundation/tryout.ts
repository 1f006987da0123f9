export async function startTryout() {
  return { target: { host: '/tmp/hs', port: 5455, user: 'postgres', database: 'postgres' }, [Symbol.asyncDispose]: async () => {} };
}
