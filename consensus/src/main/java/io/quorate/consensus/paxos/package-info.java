/// Multi-Paxos, after Leslie Lamport's "Paxos Made Simple" (2001) and Chandra, Griesemer and
/// Redstone's "Paxos Made Live" (2007).
///
/// [MultiPaxos] is the machine; [Bidding] says when to bid, [Preparing] is phase 1 and [Leading]
/// phase 2 of the distinguished proposer, [Acceptor] promises and accepts, [Learner] finds out what
/// is chosen; [QuorumReads] answers read barriers without the leader. [SlotLog] is what a member
/// holds of the slots.
@NullMarked
package io.quorate.consensus.paxos;

import org.jspecify.annotations.NullMarked;
