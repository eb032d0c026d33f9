/** Everything that was started, to be stopped in the opposite order, once. */
export class Started {
  private readonly stops: (() => unknown)[] = [];
  private stopping: Promise<void> | undefined;

  add(stop: () => unknown): void {
    this.stops.unshift(stop);
  }

  stop(): Promise<void> {
    this.stopping ??= (async () => {
      for (const stop of this.stops) await stop();
    })();
    return this.stopping;
  }
}
