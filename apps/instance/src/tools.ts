import { bitbucketCloud } from '@lockkeeper/bitbucket-cloud';

/** Every tool this instance can talk to. A further vendor is one package and one line here. */
export const tools = [bitbucketCloud];
