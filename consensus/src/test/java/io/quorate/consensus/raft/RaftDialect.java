package io.quorate.consensus.raft;

import io.quorate.consensus.Entry;
import io.quorate.consensus.JournalRecord;
import io.quorate.consensus.Message;
import io.quorate.consensus.Protocol;
import io.quorate.consensus.script.Dialect;
import io.quorate.consensus.script.Scene;
import io.quorate.consensus.script.Words;
import java.util.ArrayList;
import java.util.List;

/// How a transcript words Raft's messages and records: an entry is index@term and what it holds.
final class RaftDialect implements Dialect {
  @Override
  public Protocol protocol() {
    return Raft.PROTOCOL;
  }

  @Override
  public List<JournalRecord> records(String command, List<String> arguments) {
    return switch (command) {
      case "log" -> List.of(new RaftRecord.Log(1, terms(arguments)));
      case "term" -> List.of(new RaftRecord.Hard(Long.parseLong(arguments.getFirst()), null));
      default -> throw new IllegalArgumentException("no command: " + command);
    };
  }

  /// Entries as in the paper's figures: only their terms matter.
  private static List<Entry> terms(List<String> arguments) {
    var entries = new ArrayList<Entry>();
    for (int i = 1; i <= arguments.size(); i++) {
      long term = Long.parseLong(arguments.get(i - 1));
      entries.add(new Entry(i, term, Scene.batch(term * 100 + i, "x" + i)));
    }
    return entries;
  }

  @Override
  public String of(JournalRecord record) {
    return switch ((RaftRecord) record) {
      case RaftRecord.Hard(long term, var vote) ->
          "term %d%s".formatted(term, vote == null ? "" : ", vote for " + vote.node());
      case RaftRecord.Log(long from, var entries) ->
          "from %d %s".formatted(from, Words.of(entries));
    };
  }

  @Override
  public String of(Message message) {
    return switch ((RaftMessage) message) {
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
              .formatted(term, round, previous, Words.of(entries), decided);
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
