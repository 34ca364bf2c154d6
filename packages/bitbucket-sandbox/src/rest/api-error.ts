/** An answer of the REST API that is not a success. */
export class ApiError extends Error {
  readonly status: number;
  readonly detail: unknown;
  readonly data: unknown;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    message: string,
    extra: { detail?: unknown; data?: unknown; headers?: Readonly<Record<string, string>> } = {},
  ) {
    super(message);
    this.status = status;
    this.detail = extra.detail;
    this.data = extra.data;
    this.headers = extra.headers ?? {};
  }

  body(): object {
    const { message, detail, data } = this;
    return {
      type: 'error',
      error: {
        message,
        ...(detail === undefined ? {} : { detail }),
        ...(data === undefined ? {} : { data }),
      },
    };
  }
}

export const notFound = (message: string): ApiError => new ApiError(404, message);
export const badRequest = (message: string): ApiError => new ApiError(400, message);

const changelog = 'https://developer.atlassian.com/cloud/bitbucket/changelog';

/** An endpoint that CHANGE-2770 removed. */
export const gone = (): ApiError =>
  new ApiError(410, 'CHANGE-2770 - Functionality has been deprecated', {
    detail: 'Please read the changelog entry for more details.',
    data: { announcement_url: `${changelog}#CHANGE-2770` },
  });
