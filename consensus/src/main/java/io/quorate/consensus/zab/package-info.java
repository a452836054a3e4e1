/// Zab, after Junqueira, Reed and Serafini's "Zab: High-performance broadcast for primary-backup
/// systems" (DSN 2011), Reed and Junqueira's "A simple totally ordered broadcast protocol" (LADIS
/// 2008), and Medeiros's "ZooKeeper's atomic broadcast protocol: theory and practice" (2012).
///
/// [Zab] is the machine. A member is [Looking], [Following] or [Leading]; a leader goes through
/// [Discovery], [Synchronization] and [Broadcast]. [Epochs] are what a member has promised, and
/// [Histories] tells where two histories part.
@NullMarked
package io.quorate.consensus.zab;

import org.jspecify.annotations.NullMarked;
