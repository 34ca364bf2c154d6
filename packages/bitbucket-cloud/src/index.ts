export { bitbucketCloud } from './bitbucket-cloud.ts';
