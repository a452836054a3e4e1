package io.quorate.consensus.paxos;

import io.quorate.consensus.Entry;
import io.quorate.consensus.Message;
import io.quorate.consensus.ReadId;
import io.quorate.consensus.wire.Codec;
import io.quorate.consensus.wire.MalformedException;
import io.quorate.consensus.wire.WireReader;
import io.quorate.consensus.wire.WireWriter;
import java.util.ArrayList;
import java.util.List;

/// What Multi-Paxos's members say to each other. Only an acceptor's promise (1b) and acceptance
/// (2b) promise something; all else is a notice.
public sealed interface PaxosMessage extends Message {
  /// What only the proposer of a ballot says once its phase 1 is complete.
  sealed interface OfLeader extends PaxosMessage {
    Ballot ballot();
  }

  // Before a bid

  /// Do you too hear no leader? Changes nothing.
  ///
  /// @param promised the highest ballot that the asker knows
  /// @param attempt echoed by the answer
  record AskSilent(Ballot promised, long attempt) implements PaxosMessage, Notice {}

  record SilentAnswer(Ballot promised, long attempt, boolean silent)
      implements PaxosMessage, Notice {}

  // Phase 1 ("Paxos Made Simple" 2.2, 3)

  /// 1a, for all slots from one on.
  ///
  /// @param transfer the leader asked for this bid, so its followers need not stay with it
  record Prepare(Ballot ballot, long from, boolean transfer) implements PaxosMessage, Notice {}

  /// 1b: I accept nothing below the ballot, and tell all that I know of the slots from `from` up
  /// to, but without, `next`; ask for more from there, unless it is [#END].
  ///
  /// @param compactedUpTo slots up to here are decided and their values no longer at hand: nothing
  ///   may be proposed for them (P8)
  /// @param proposals accepted here, or chosen, in ascending order of their slots
  record Promise(Ballot ballot, long from, long compactedUpTo, List<Proposal> proposals, long next)
      implements PaxosMessage {
    static final long END = Long.MAX_VALUE;
  }

  /// Your ballot is over.
  record Outdated(Ballot promised) implements PaxosMessage, Notice {}

  // Phase 2

  /// 2a for any slots.
  ///
  /// @param round the leader's newest ballot check, echoed by the answer
  /// @param entries in ascending order, with gaps
  /// @param chosenUpTo as in [Commit]
  record Accept(Ballot ballot, long round, List<Entry> entries, long chosenUpTo)
      implements OfLeader, Notice {}

  /// 2b: under this ballot I have accepted these slots, durably.
  ///
  /// @param decided how far all is decided here
  record Accepted(Ballot ballot, long round, List<Slots> slots, long decided)
      implements PaxosMessage {}

  /// All slots up to here are chosen: if accepted under this very ballot, with that value (P6).
  record Commit(Ballot ballot, long upTo) implements OfLeader, Notice {}

  /// The ballot check, and an idle leader's sign of life: have you promised no higher ballot?
  ///
  /// @param chosenUpTo as in [Commit]
  record Check(Ballot ballot, long round, long chosenUpTo) implements OfLeader, Notice {}

  /// When I got the check I had promised no higher ballot.
  ///
  /// @param decided how far all is decided here
  record Checked(Ballot ballot, long round, long decided) implements PaxosMessage, Notice {}

  /// Bid now: I hand over.
  record TakeOver(Ballot ballot) implements OfLeader, Notice {}

  // Learning

  /// Which values are chosen for these slots?
  record Learn(long from, long to) implements PaxosMessage, Notice {}

  /// These values are chosen.
  ///
  /// @param entries at least one, without gaps
  record Learnt(List<Entry> entries) implements PaxosMessage, Notice {}

  /// I no longer hold what you lack: fetch decided entries up to at least `decided`.
  record Behind(long decided) implements PaxosMessage, Notice {}

  // Reads without a leader

  /// What is the highest slot that you accepted?
  record AskAccepted(ReadId read) implements PaxosMessage, Notice {}

  record HighestAccepted(ReadId read, long slot) implements PaxosMessage, Notice {}

  /// A read waits for this slot to be chosen: propose something for all slots up to it.
  record Fill(long upTo) implements PaxosMessage, Notice {}

  Codec<Message> CODEC =
      new Codec<>() {
        @Override
        public void write(Message message, WireWriter out) {
          switch ((PaxosMessage) message) {
            case AskSilent(var promised, long attempt) -> {
              head(out, 1, promised);
              out.varint(attempt);
            }
            case SilentAnswer(var promised, long attempt, boolean silent) -> {
              head(out, 2, promised);
              out.varint(attempt);
              out.bool(silent);
            }
            case Prepare(var ballot, long from, boolean transfer) -> {
              head(out, 3, ballot);
              out.varint(from);
              out.bool(transfer);
            }
            case Promise(var ballot, long from, long compactedUpTo, var proposals, long next) -> {
              head(out, 4, ballot);
              out.varint(from);
              out.varint(compactedUpTo);
              out.varint(proposals.size());
              proposals.forEach(proposal -> Proposal.CODEC.write(proposal, out));
              out.varint(next);
            }
            case Outdated(var promised) -> head(out, 5, promised);
            case Accept(var ballot, long round, var entries, long chosenUpTo) -> {
              head(out, 6, ballot);
              out.varint(round);
              Entry.LIST_CODEC.write(entries, out);
              out.varint(chosenUpTo);
            }
            case Accepted(var ballot, long round, var slots, long decided) -> {
              head(out, 7, ballot);
              out.varint(round);
              Slots.LIST_CODEC.write(slots, out);
              out.varint(decided);
            }
            case Commit(var ballot, long upTo) -> {
              head(out, 8, ballot);
              out.varint(upTo);
            }
            case Check(var ballot, long round, long chosenUpTo) -> {
              head(out, 9, ballot);
              out.varint(round);
              out.varint(chosenUpTo);
            }
            case Checked(var ballot, long round, long decided) -> {
              head(out, 10, ballot);
              out.varint(round);
              out.varint(decided);
            }
            case TakeOver(var ballot) -> head(out, 11, ballot);
            case Learn(long from, long to) -> {
              out.u8(12);
              out.varint(from);
              out.varint(to);
            }
            case Learnt(var entries) -> {
              out.u8(13);
              Entry.LIST_CODEC.write(entries, out);
            }
            case Behind(long decided) -> {
              out.u8(14);
              out.varint(decided);
            }
            case AskAccepted(var read) -> {
              out.u8(15);
              writeRead(read, out);
            }
            case HighestAccepted(var read, long slot) -> {
              out.u8(16);
              writeRead(read, out);
              out.varint(slot);
            }
            case Fill(long upTo) -> {
              out.u8(17);
              out.varint(upTo);
            }
          }
        }

        private static void head(WireWriter out, int kind, Ballot ballot) {
          out.u8(kind);
          Ballot.CODEC.write(ballot, out);
        }

        private static void writeRead(ReadId read, WireWriter out) {
          out.varint(read.incarnation());
          out.varint(read.number());
        }

        private static ReadId readRead(WireReader in) throws MalformedException {
          return new ReadId(in.count(), in.count());
        }

        @Override
        public Message read(WireReader in) throws MalformedException {
          int kind = in.u8();
          return switch (kind) {
            case 1 -> new AskSilent(Ballot.readPromised(in), in.count());
            case 2 -> new SilentAnswer(Ballot.readPromised(in), in.count(), in.bool());
            case 3 -> new Prepare(Ballot.readBid(in), in.count(), in.bool());
            case 4 -> readPromise(in);
            case 5 -> new Outdated(Ballot.readPromised(in));
            case 6 -> new Accept(Ballot.readBid(in), in.count(), readEntries(in), in.count());
            case 7 ->
                new Accepted(Ballot.readBid(in), in.count(), Slots.LIST_CODEC.read(in), in.count());
            case 8 -> new Commit(Ballot.readBid(in), in.count());
            case 9 -> new Check(Ballot.readBid(in), in.count(), in.count());
            case 10 -> new Checked(Ballot.readBid(in), in.count(), in.count());
            case 11 -> new TakeOver(Ballot.readBid(in));
            case 12 -> new Learn(in.count(), in.count());
            case 13 -> readLearnt(in);
            case 14 -> new Behind(in.count());
            case 15 -> new AskAccepted(readRead(in));
            case 16 -> new HighestAccepted(readRead(in), in.count());
            case 17 -> new Fill(in.count());
            default -> throw new MalformedException("Paxos has no message of kind " + kind);
          };
        }

        private static Promise readPromise(WireReader in) throws MalformedException {
          var ballot = Ballot.readBid(in);
          long from = in.count();
          long compactedUpTo = in.count();
          int count = in.size(4);
          var proposals = new ArrayList<Proposal>(count);
          long end = Math.max(from - 1, compactedUpTo);
          for (int i = 0; i < count; i++) {
            var proposal = Proposal.CODEC.read(in);
            requireSlot(proposal.entry(), end);
            if (ballot.isBelow(proposal.ballot()) && !proposal.isChosen()) {
              throw new MalformedException(
                  "a promise of " + ballot + " tells of ballot " + proposal.ballot());
            }
            end = proposal.entry().index();
            proposals.add(proposal);
          }
          long next = in.count();
          if (next <= end) {
            throw new MalformedException("slot " + next + " cannot be next after " + end);
          }
          return new Promise(ballot, from, compactedUpTo, List.copyOf(proposals), next);
        }

        private static Learnt readLearnt(WireReader in) throws MalformedException {
          var entries = readEntries(in);
          if (entries.isEmpty()
              || entries.getLast().index() - entries.getFirst().index() != entries.size() - 1) {
            throw new MalformedException("chosen entries with gaps");
          }
          return new Learnt(entries);
        }
      };

  /// Entries in ascending order, with gaps, none of them marked.
  static List<Entry> readEntries(WireReader in) throws MalformedException {
    var entries = Entry.LIST_CODEC.read(in);
    long end = 0;
    for (var entry : entries) {
      requireSlot(entry, end);
      end = entry.index();
    }
    return entries;
  }

  private static void requireSlot(Entry entry, long end) throws MalformedException {
    if (entry.index() <= end || entry.index() == Long.MAX_VALUE || entry.mark() != 0) {
      throw new MalformedException("entry " + entry.point() + " cannot follow slot " + end);
    }
  }
}
