package io.quorate.consensus.paxos;

import io.quorate.consensus.Entry;
import io.quorate.consensus.Era;
import io.quorate.consensus.JournalRecord;
import io.quorate.consensus.Message;
import io.quorate.consensus.Payload;
import io.quorate.consensus.Protocol;
import io.quorate.consensus.Status;
import io.quorate.consensus.script.Dialect;
import io.quorate.consensus.script.Scene;
import io.quorate.consensus.script.Words;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// How a transcript words Paxos's messages and records: a ballot is round.place, 1a, 1b, 2a and 2b
/// are the four messages of the paper.
final class PaxosDialect implements Dialect {
  @Override
  public Protocol protocol() {
    return MultiPaxos.PROTOCOL;
  }

  @Override
  public String term(long term) {
    return "ballot " + Ballot.of(term);
  }

  @Override
  public String of(Status status) {
    return "%s, %s, decided %d, last %d"
        .formatted(status.role(), status.phase(), status.decided(), status.last());
  }

  /// `promised MEMBER BALLOT` and `accepted MEMBER BALLOT SLOT=TEXT…`.
  @Override
  public List<JournalRecord> records(String command, List<String> arguments) {
    return switch (command) {
      case "promised" -> List.of(new PaxosRecord.Promised(ballot(arguments.getFirst())));
      case "accepted" -> {
        var ballot = ballot(arguments.getFirst());
        var entries = new ArrayList<Entry>();
        for (var slot : arguments.subList(1, arguments.size())) {
          var parts = slot.split("=", -1);
          long index = Long.parseLong(parts[0]);
          entries.add(new Entry(index, 0, payload(ballot.number() + index, parts[1])));
        }
        yield List.of(new PaxosRecord.Promised(ballot), new PaxosRecord.Accepted(ballot, entries));
      }
      default -> throw new IllegalArgumentException("no command: " + command);
    };
  }

  private static Payload payload(long number, String text) {
    return text.equals("stop-sign")
        ? new Payload.StopSign(Era.first("paxos", List.of(Scene.id(1))))
        : Scene.batch(number, text);
  }

  private static Ballot ballot(String text) {
    var parts = text.split("\\.", -1);
    return new Ballot(Long.parseLong(parts[0]), Integer.parseInt(parts[1]));
  }

  @Override
  public String of(JournalRecord record) {
    return switch ((PaxosRecord) record) {
      case PaxosRecord.Promised(var ballot) -> "promise of " + ballot;
      case PaxosRecord.Accepted(var ballot, var entries) ->
          "accepted %s %s".formatted(ballot, Words.of(entries));
      case PaxosRecord.Learnt(var entries) -> "learnt " + Words.of(entries);
    };
  }

  @Override
  public String of(Message message) {
    return switch ((PaxosMessage) message) {
      case PaxosMessage.AskSilent(var promised, long attempt) ->
          "silent? attempt %d, promised %s".formatted(attempt, promised);
      case PaxosMessage.SilentAnswer(var promised, long attempt, boolean silent) ->
          "silent %s attempt %d, promised %s".formatted(silent ? "yes" : "no", attempt, promised);
      case PaxosMessage.Prepare(var ballot, long from, boolean transfer) ->
          "1a %s from %d%s".formatted(ballot, from, transfer ? ", as the leader asks" : "");
      case PaxosMessage.Promise(var ballot, long from, long compacted, var proposals, long next) ->
          "1b %s from %d%s %s%s"
              .formatted(
                  ballot,
                  from,
                  compacted == 0 ? "" : ", compacted up to " + compacted,
                  of(proposals),
                  next == PaxosMessage.Promise.END ? "" : ", more from " + next);
      case PaxosMessage.Outdated(var promised) -> "outdated by " + promised;
      case PaxosMessage.Accept(var ballot, long round, var entries, long upTo) ->
          "2a %s r%d %s chosen %d".formatted(ballot, round, Words.of(entries), upTo);
      case PaxosMessage.Accepted(var ballot, long round, var slots, long decided) ->
          "2b %s r%d %s decided %d".formatted(ballot, round, slots, decided);
      case PaxosMessage.Commit(var ballot, long upTo) ->
          "commit %s up to %d".formatted(ballot, upTo);
      case PaxosMessage.Check(var ballot, long round, long upTo) ->
          "check %s r%d chosen %d".formatted(ballot, round, upTo);
      case PaxosMessage.Checked(var ballot, long round, long decided) ->
          "checked %s r%d decided %d".formatted(ballot, round, decided);
      case PaxosMessage.TakeOver(var ballot) -> "take over from " + ballot;
      case PaxosMessage.Learn(long from, long to) -> "learn %d to %d".formatted(from, to);
      case PaxosMessage.Learnt(var entries) -> "learnt " + Words.of(entries);
      case PaxosMessage.Behind(long decided) -> "behind, decided " + decided;
      case PaxosMessage.AskAccepted(var read) -> "highest accepted? q" + read;
      case PaxosMessage.HighestAccepted(var read, long slot) ->
          "highest accepted %d q%s".formatted(slot, read);
      case PaxosMessage.Fill(long upTo) -> "fill up to " + upTo;
    };
  }

  private static String of(List<Proposal> proposals) {
    return proposals.stream()
        .map(proposal -> Words.of(proposal.entry()) + " (" + proposal.ballot() + ")")
        .collect(Collectors.joining(", ", "[", "]"));
  }
}
