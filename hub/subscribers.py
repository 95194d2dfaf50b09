"""Who follows what happens: each kind, and the functions that are called with all of it at the end of the transaction,
in the order in which they stand here. Nothing follows that does not stand here; `()` = nobody.

Where two functions stand beside one kind, the first comes first for every kind (`hub/events/following.py`)."""

from hub.access_changes import follow as change_access
from hub.attachments.announcing import announce_contents
from hub.audiences import happenings as audiences
from hub.backup import happenings as backup
from hub.events.following import Follower
from hub.events.happenings import Happening
from hub.feed.access_told import tell_people
from hub.files import happenings as files
from hub.inbox.following import (
    add_entries,
    count_news_anew,
    notify_organisations,
    recount,
    remove_entries,
    see_entries,
    tell_followers,
)
from hub.jobs import happenings as jobs
from hub.library import happenings as cases
from hub.library.room import take_cases_along
from hub.library.tombstones import add_tombstones, remove_tombstones
from hub.mail import happenings as mail
from hub.mail.accounts import warn_owner
from hub.people import happenings as accounts
from hub.records.following import write_entries as audit
from hub.rooms import happenings as rooms
from hub.search import happenings as search
from hub.search.following import mark_outdated as index
from hub.sharing import happenings as sharing
from hub.sharing.following import forget_messages, forget_titles
from hub.spreading import happenings as spreading
from hub.support import happenings as support
from hub.threads import happenings as threads
from hub.threads.consultations import happenings as consultations
from hub.threads.consultations.services import follow_erasures, follow_messages
from hub.threads.notes import happenings as notes
from hub.visits import happenings as visits

FOLLOWERS: dict[type[Happening], tuple[Follower, ...]] = {
    # talk
    threads.ThreadOpened: (index,),
    threads.ThreadChanged: (index,),
    threads.MessagePosted: (add_entries, follow_messages, index),
    threads.MessageEdited: (index,),
    threads.MessageErased: (remove_entries, follow_erasures, forget_messages, index),
    threads.QuestionAsked: (add_entries,),
    threads.ThreadRead: (see_entries,),
    threads.MessageRedacted: (audit,),
    threads.ThreadMoved: (recount, index, audit),
    threads.ThreadLocked: (audit,),
    threads.ThreadUnlocked: (audit,),
    threads.RenamedByOthers: (audit,),
    threads.SummarisedByOthers: (audit,),
    threads.TitleRedacted: (forget_titles, audit),
    threads.SummaryRedacted: (audit,),
    consultations.ConsultationSettled: (index,),
    consultations.ConsultationTaken: (audit,),
    consultations.ConsultationHandedOver: (add_entries, audit),
    consultations.ConsultationSilent: (add_entries,),
    consultations.ConsultationLapsed: (add_entries,),
    consultations.ConsultationRecorded: (add_entries, audit),
    consultations.ReceptionCorrected: (audit,),
    consultations.RulesChanged: (audit,),
    notes.NotePosted: (index,),
    files.ContentSettled: (announce_contents,),
    files.FilesChanged: (index,),
    files.AttachmentRemoved: (index, audit),
    # rooms and who reads what
    rooms.RoomCreated: (audit,),
    rooms.RoomDescribed: (audit,),
    rooms.RoomArchived: (audit,),
    rooms.RoomReopened: (audit,),
    rooms.RoomExported: (audit,),
    rooms.OrganisationAdmitted: (audit,),
    rooms.OrganisationDismissed: (audit,),
    rooms.GuestAdmitted: (audit,),
    rooms.GuestDismissed: (audit,),
    rooms.RoomReadWithReason: (tell_people, audit, change_access),
    rooms.RoomReadersChanged: (index, change_access),
    audiences.GrantsGiven: (tell_people, change_access),
    audiences.GrantsTaken: (take_cases_along, tell_people, change_access),
    # cases
    cases.CasesGoneOut: (remove_tombstones, tell_followers),
    cases.CaseNewsRead: (count_news_anew,),
    cases.CaseCreated: (audit,),
    cases.CaseSaved: (audit,),
    cases.CaseSubmitted: (index, notify_organisations, audit),
    cases.CaseApproved: (index, notify_organisations, audit),
    cases.CaseReturned: (index, notify_organisations, audit),
    cases.CasePublished: (index, notify_organisations, audit),
    cases.CaseShared: (index, audit),
    cases.CaseEnded: (index, audit),
    cases.CaseUnpublished: (add_tombstones, index, audit),
    cases.CaseConfirmed: (index, audit),
    cases.ContactSettled: (index, audit),
    cases.IntervalSettled: (audit,),
    cases.QuestionsPaused: (audit,),
    cases.PublicityAgreed: (audit,),
    cases.PublicityEnded: (audit,),
    cases.FacetsChanged: (index,),
    cases.TombstonesChanged: (change_access,),
    cases.EndingNoted: (notify_organisations,),
    cases.CasesImported: (audit,),
    cases.CasesExported: (audit,),
    cases.CaseAdopted: (notify_organisations, audit),
    cases.AdoptionProposed: (notify_organisations, audit),
    cases.ProposalRefused: (audit,),
    cases.AdopterThanked: (notify_organisations, audit),
    cases.LineageChanged: (audit,),
    cases.FieldAdded: (audit,),
    cases.FieldRenamed: (audit,),
    cases.FieldDropped: (audit,),
    cases.TagGroupAdded: (audit,),
    cases.TagChanged: (audit,),
    cases.TagMerged: (audit,),
    cases.BasisAdded: (audit,),
    cases.BasisChanged: (audit,),
    cases.BasisRenamed: (audit,),
    cases.BasisMerged: (audit,),
    cases.CollectionChanged: (audit,),
    spreading.ChecklistChanged: (audit,),
    visits.VisitRequested: (notify_organisations, audit),
    visits.VisitAccepted: (notify_organisations, audit),
    visits.VisitDeclined: (notify_organisations, audit),
    visits.VisitWithdrawn: (notify_organisations, audit),
    visits.VisitDone: (notify_organisations, audit),
    # 支援カルテ
    support.FactRecorded: (audit,),
    support.PlanChanged: (audit,),
    support.ContactRecorded: (audit,),
    support.KarteNotePosted: (),
    # sharing
    sharing.SharingPrepared: (audit,),
    sharing.ConsentAsked: (notify_organisations, audit),
    sharing.ConsentGiven: (audit,),
    sharing.SharingReturned: (audit,),
    sharing.SharingPublished: (audit,),
    sharing.SharedAsCase: (audit,),
    sharing.SharingWithdrawn: (audit,),
    sharing.AliasesUnmasked: (audit,),
    # people
    accounts.AdminCreated: (audit, change_access),
    accounts.StaffInvited: (tell_people, index, audit, change_access),
    accounts.StaffRenamed: (audit,),
    accounts.StaffEnabled: (index, audit, change_access),
    accounts.StaffDisabled: (index, audit, change_access),
    accounts.StaffImported: (index, audit, change_access),
    accounts.PostingAdded: (tell_people, index, audit, change_access),
    accounts.PostingChanged: (tell_people, index, audit, change_access),
    accounts.PostingEnded: (tell_people, index, audit, change_access),
    accounts.OwnAccountChanged: (change_access,),
    accounts.ProfileSaved: (index, change_access),
    accounts.PasswordChanged: (warn_owner, audit),
    accounts.SignInBegan: (audit,),
    accounts.SignInFailed: (audit,),
    accounts.SignInsEnded: (change_access,),
    accounts.InvitationIssued: (audit,),
    accounts.InvitationUsed: (audit,),
    accounts.ResetIssued: (audit,),
    accounts.ResetUsed: (warn_owner, audit),
    accounts.DutyCreated: (audit,),
    accounts.DutySeated: (audit,),
    accounts.AbsenceSet: (audit,),
    accounts.OrganisationAdded: (index, audit),
    accounts.OrganisationChanged: (index, audit, change_access),
    # the installation
    search.SynonymsChanged: (audit,),
    search.SynonymsDropped: (audit,),
    search.SynonymsImported: (audit,),
    jobs.JobRetried: (audit,),
    mail.MailResumed: (audit,),
    mail.MailRulesSet: (audit,),
    search.MeaningSwitchedOn: (audit,),
    search.MeaningSwitchedOff: (audit,),
    backup.BackupRestored: (audit, change_access),
}
