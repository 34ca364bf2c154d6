export interface Project {
  readonly uuid: string;
  readonly key: string;
  readonly name: string;
  readonly description: string;
  readonly isPrivate: boolean;
  readonly createdOn: Date;
  readonly updatedOn: Date;
}
