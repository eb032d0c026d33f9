/** For routes whose body holds wishes only: a request without a body is one without any. */
export async function emptyBodyAsObject(request: { body: unknown }): Promise<void> {
  request.body ??= {};
}
