/** Tables of this module. */
export type FlowsTables = {
  applications: { id: string; version: number; isDefault: boolean; updatedAt: Date }
  applicationVersions: { applicationId: string; version: number; document: unknown; createdAt: Date }
  applicationRuns: { callId: string; run: unknown; startedAt: Date; updatedAt: Date }
}
