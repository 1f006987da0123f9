/** Resources that close in reverse order of their opening, each even if another fails. Node 20 has no AsyncDisposableStack. */
export class ResourceStack implements AsyncDisposable {
  readonly #resources: AsyncDisposable[] = [];

  use<T extends AsyncDisposable>(resource: T): T {
    this.#resources.push(resource);
    return resource;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const failures: unknown[] = [];
    for (const resource of this.#resources.splice(0).toReversed()) {
      await Promise.resolve(resource[Symbol.asyncDispose]()).catch((failure: unknown) => failures.push(failure));
    }
    if (failures.length > 0)
      throw failures.length === 1 ? failures[0] : new AggregateError(failures, 'Several resources failed to close');
  }
}

/** Opens a resource out of several parts; what was opened is closed again when a later part fails. */
export async function assemble<T>(build: (parts: ResourceStack) => Promise<T>): Promise<T> {
  const parts = new ResourceStack();
  try {
    return await build(parts);
  } catch (error) {
    await parts[Symbol.asyncDispose]().catch(() => undefined);
    throw error;
  }
}
