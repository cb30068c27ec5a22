// The API's types under their own names, from the description that the server prints.

import type { components } from "./api.gen";

type Schemas = components["schemas"];

export type Access = Schemas["Access"];
export type AccessList = Schemas["AccessList"];
export type Attachment = Schemas["Attachment"];
export type Event = Schemas["Event"];
export type EventList = Schemas["EventList"];
export type FieldProblem = Schemas["FieldProblem"];
export type FlowState = Schemas["FlowState"];
export type GuestPayload = Schemas["GuestPayload"];
export type IntentPayload = Schemas["IntentPayload"];
export type Invite = Schemas["Invite"];
export type ItemChange = Schemas["ItemChange"];
export type ItemDetails = Schemas["ItemDetails"];
export type ItemKind = Schemas["ItemKind"];
export type ItemList = Schemas["ItemList"];
export type ItemRole = Schemas["ItemRole"];
export type ItemSummary = Schemas["ItemSummary"];
export type Link = Schemas["Link"];
export type LinkList = Schemas["LinkList"];
export type LinkMade = Schemas["LinkMade"];
export type LinkState = Schemas["LinkState"];
export type LinkTerms = Schemas["LinkTerms"];
export type LinkView = Schemas["LinkView"];
export type MailFailure = Schemas["MailFailure"];
export type MailFailures = Schemas["MailFailures"];
export type MailState = Schemas["MailState"];
export type MemberBrief = Schemas["MemberBrief"];
export type MemberList = Schemas["MemberList"];
export type MemberState = Schemas["MemberState"];
export type NewItem = Schemas["NewItem"];
export type NewShareIntent = Schemas["NewShareIntent"];
export type OneTimeCode = Schemas["OneTimeCode"];
export type ProblemBody = Schemas["ProblemBody"];
export type Revealed = Schemas["Revealed"];
export type SealedLink = Schemas["SealedLink"];
export type SecretField = Schemas["SecretField"];
export type Session = Schemas["Session"];
export type ShareIntent = Schemas["ShareIntent"];
export type ShareRefusal = Schemas["ShareRefusal"];
export type SignInStarted = Schemas["SignInStarted"];
export type SignInState = Schemas["SignInState"];
export type Workspace = Schemas["Workspace"];
export type WorkspaceRole = Schemas["WorkspaceRole"];
