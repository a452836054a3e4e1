package io.quorate.consensus.raft;

import io.quorate.consensus.Entry;
import io.quorate.consensus.JournalRecord;
import io.quorate.consensus.Payload;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/// How a transcript words messages, records and entries: an entry is index@term and what it holds.
final class Words {
  private Words() {}

  static String of(Payload payload) {
    return switch (payload) {
      case Payload.NoOp() -> "noop";
      case Payload.Batch(var id, var commands) ->
          new String(
              Arrays.copyOfRange(
                  commands.array(), commands.offset(), commands.offset() + commands.length()),
              StandardCharsets.UTF_8);
      case Payload.StopSign(var next) -> "stop-sign";
    };
  }

  static String of(Entry entry) {
    return entry.point() + " " + of(entry.payload());
  }

  static String of(List<Entry> entries) {
    return entries.stream().map(Words::of).collect(Collectors.joining(", ", "[", "]"));
  }

  static String of(JournalRecord record) {
    return switch ((RaftRecord) record) {
      case RaftRecord.Hard(long term, var vote) ->
          "term %d%s".formatted(term, vote == null ? "" : ", vote for " + vote.node());
      case RaftRecord.Log(long from, var entries) -> "from %d %s".formatted(from, of(entries));
    };
  }

  static String of(RaftMessage message) {
    return switch (message) {
      case RaftMessage.AskPreVote(long term, long attempt, var last) ->
          "pre-vote? t%d attempt %d, last %s".formatted(term, attempt, last);
      case RaftMessage.PreVoteAnswer(long term, long attempt, boolean granted) ->
          "pre-vote %s t%d attempt %d".formatted(granted ? "yes" : "no", term, attempt);
      case RaftMessage.AskVote(long term, var last, boolean transfer) ->
          "vote? t%d last %s%s".formatted(term, last, transfer ? ", as the leader asks" : "");
      case RaftMessage.VoteAnswer(long term, boolean granted) ->
          "vote %s t%d".formatted(granted ? "yes" : "no", term);
      case RaftMessage.Outdated(long term) -> "outdated t%d".formatted(term);
      case RaftMessage.Append(long term, long round, var previous, var entries, long decided) ->
          "append t%d r%d after %s %s decided %d"
              .formatted(term, round, previous, of(entries), decided);
      case RaftMessage.Appended(long term, long round, long matched) ->
          "appended t%d r%d up to %d".formatted(term, round, matched);
      case RaftMessage.Conflict(long term, long round, long previous, var hint) ->
          "conflict t%d r%d at %d, try %s".formatted(term, round, previous, hint);
      case RaftMessage.Decide(long term, long upTo) -> "decide t%d up to %d".formatted(term, upTo);
      case RaftMessage.Behind(long term, long round, long decided) ->
          "behind t%d r%d decided %d".formatted(term, round, decided);
      case RaftMessage.Position(long term, long round, long decided) ->
          "position t%d r%d decided %d".formatted(term, round, decided);
      case RaftMessage.Confirm(long term, long round) -> "confirm t%d r%d".formatted(term, round);
      case RaftMessage.Confirmed(long term, long round) ->
          "confirmed t%d r%d".formatted(term, round);
      case RaftMessage.TimeoutNow(long term) -> "timeout now t%d".formatted(term);
    };
  }
}
