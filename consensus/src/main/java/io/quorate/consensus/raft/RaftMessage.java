package io.quorate.consensus.raft;

import io.quorate.consensus.Entry;
import io.quorate.consensus.Message;
import io.quorate.consensus.Point;
import io.quorate.consensus.wire.Codec;
import io.quorate.consensus.wire.MalformedException;
import io.quorate.consensus.wire.WireReader;
import io.quorate.consensus.wire.WireWriter;
import java.util.List;

/// What Raft's members say to each other. Only a vote and an acknowledgement promise something; all
/// else is a notice.
public sealed interface RaftMessage extends Message {
  /// The sender's term, durable before the message leaves.
  long term();

  // Election (thesis 3.4, 9.6)

  /// Would you vote for me in the term after mine? Changes nothing.
  ///
  /// @param attempt echoed by the answer
  record AskPreVote(long term, long attempt, Point last) implements RaftMessage, Notice {}

  record PreVoteAnswer(long term, long attempt, boolean granted) implements RaftMessage, Notice {}

  /// @param transfer the old leader asked for this election, so its followers need not stay with it
  record AskVote(long term, Point last, boolean transfer) implements RaftMessage, Notice {}

  record VoteAnswer(long term, boolean granted) implements RaftMessage {}

  /// Your term is over.
  record Outdated(long term) implements RaftMessage, Notice {}

  // Replication (thesis 3.5)

  /// @param round the leader's newest read round, echoed by the answer
  /// @param previous the entry before the first of `entries`
  /// @param decided how far the leader knows all to be decided
  record Append(long term, long round, Point previous, List<Entry> entries, long decided)
      implements RaftMessage, Notice {}

  /// I hold, durably, what you hold, up to and including `matched`.
  record Appended(long term, long round, long matched) implements RaftMessage {}

  /// I do not have the entry before yours.
  ///
  /// @param previous the index that did not match
  /// @param hint where to try: the first entry of the term that stands there instead, or what is
  ///   behind my last entry, with mark 0
  record Conflict(long term, long round, long previous, Point hint)
      implements RaftMessage, Notice {}

  /// All is decided up to here, as far as you hold it.
  record Decide(long term, long upTo) implements RaftMessage, Notice {}

  /// You lack what I no longer hold: fetch decided entries up to at least `decided`.
  record Behind(long term, long round, long decided) implements RaftMessage, Notice {}

  /// I hold everything decided up to here.
  record Position(long term, long round, long decided) implements RaftMessage, Notice {}

  // Reads (thesis 6.4)

  record Confirm(long term, long round) implements RaftMessage, Notice {}

  record Confirmed(long term, long round) implements RaftMessage, Notice {}

  // Leadership transfer (thesis 3.10)

  record TimeoutNow(long term) implements RaftMessage, Notice {}

  Codec<Message> CODEC =
      new Codec<>() {
        @Override
        public void write(Message message, WireWriter out) {
          switch ((RaftMessage) message) {
            case AskPreVote(long term, long attempt, Point last) -> {
              head(out, 1, term);
              out.varint(attempt);
              Point.CODEC.write(last, out);
            }
            case PreVoteAnswer(long term, long attempt, boolean granted) -> {
              head(out, 2, term);
              out.varint(attempt);
              out.bool(granted);
            }
            case AskVote(long term, Point last, boolean transfer) -> {
              head(out, 3, term);
              Point.CODEC.write(last, out);
              out.bool(transfer);
            }
            case VoteAnswer(long term, boolean granted) -> {
              head(out, 4, term);
              out.bool(granted);
            }
            case Outdated(long term) -> head(out, 5, term);
            case Append(
                    long term,
                    long round,
                    Point previous,
                    List<Entry> entries,
                    long decided) -> {
              head(out, 6, term);
              out.varint(round);
              Point.CODEC.write(previous, out);
              Entry.LIST_CODEC.write(entries, out);
              out.varint(decided);
            }
            case Appended(long term, long round, long matched) -> {
              head(out, 7, term);
              out.varint(round);
              out.varint(matched);
            }
            case Conflict(long term, long round, long previous, Point hint) -> {
              head(out, 8, term);
              out.varint(round);
              out.varint(previous);
              Point.CODEC.write(hint, out);
            }
            case Decide(long term, long upTo) -> {
              head(out, 9, term);
              out.varint(upTo);
            }
            case Behind(long term, long round, long decided) -> {
              head(out, 10, term);
              out.varint(round);
              out.varint(decided);
            }
            case Position(long term, long round, long decided) -> {
              head(out, 11, term);
              out.varint(round);
              out.varint(decided);
            }
            case Confirm(long term, long round) -> {
              head(out, 12, term);
              out.varint(round);
            }
            case Confirmed(long term, long round) -> {
              head(out, 13, term);
              out.varint(round);
            }
            case TimeoutNow(long term) -> head(out, 14, term);
          }
        }

        private static void head(WireWriter out, int kind, long term) {
          out.u8(kind);
          out.varint(term);
        }

        @Override
        public Message read(WireReader in) throws MalformedException {
          int kind = in.u8();
          long term = in.count();
          return switch (kind) {
            case 1 -> new AskPreVote(term, in.count(), Point.CODEC.read(in));
            case 2 -> new PreVoteAnswer(term, in.count(), in.bool());
            case 3 -> new AskVote(term, Point.CODEC.read(in), in.bool());
            case 4 -> new VoteAnswer(term, in.bool());
            case 5 -> new Outdated(term);
            case 6 -> readAppend(term, in);
            case 7 -> new Appended(term, in.count(), in.count());
            case 8 -> new Conflict(term, in.count(), in.count(), Point.CODEC.read(in));
            case 9 -> new Decide(term, in.count());
            case 10 -> new Behind(term, in.count(), in.count());
            case 11 -> new Position(term, in.count(), in.count());
            case 12 -> new Confirm(term, in.count());
            case 13 -> new Confirmed(term, in.count());
            case 14 -> new TimeoutNow(term);
            default -> throw new MalformedException("Raft has no message of kind " + kind);
          };
        }

        private static Append readAppend(long term, WireReader in) throws MalformedException {
          long round = in.count();
          var previous = Point.CODEC.read(in);
          var entries = Entry.LIST_CODEC.read(in);
          long index = previous.index();
          long mark = previous.mark();
          for (var entry : entries) {
            if (entry.index() != ++index || entry.mark() < mark || entry.mark() > term) {
              throw new MalformedException(
                  "entry " + entry.point() + " cannot follow " + (index - 1) + "@" + mark);
            }
            mark = entry.mark();
          }
          return new Append(term, round, previous, entries, in.count());
        }
      };
}
