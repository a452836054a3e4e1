package io.quorate.simulation;

import io.quorate.consensus.Entry;
import io.quorate.consensus.Input;
import io.quorate.consensus.Payload;
import io.quorate.simulation.watch.Emission;
import java.util.ArrayList;
import java.util.List;

/// Says what a machine did, for the trace.
final class TraceWords {
  private TraceWords() {}

  static List<String> step(Object who, List<Input> inputs, List<Emission> emissions) {
    var lines = new ArrayList<String>();
    for (var input : inputs) {
      lines.add("node %s takes %s".formatted(who, of(input)));
    }
    for (var emission : emissions) {
      lines.add("node %s %s".formatted(who, of(emission)));
    }
    return lines;
  }

  private static String of(Input input) {
    return switch (input) {
      case Input.Received(var from, var message) ->
          "from %x: %s".formatted(from.node(), shortened(message));
      case Input.Propose(var payload) -> "the proposal " + of(payload);
      case Input.ReadBarrier(var id) -> "the read " + id;
      case Input.CaughtUp(var point) -> "that it has caught up to " + point;
      case Input.Transfer(var to) -> "the order to hand over to %x".formatted(to.node());
      case Input.Suspect(var peer, var how) -> "that %x is %s".formatted(peer.node(), how);
    };
  }

  private static String of(Emission emission) {
    return switch (emission) {
      case Emission.Journaled(var record) -> "journals " + shortened(record);
      case Emission.Sent(var to, var message) ->
          "tells %x: %s".formatted(to.node(), shortened(message));
      case Emission.SentDurably(var to, var message) ->
          "tells %x once durable: %s".formatted(to.node(), shortened(message));
      case Emission.Decided(var entries) -> "decides " + of(entries);
      case Emission.Refused(var payload, var why) -> "refuses %s: %s".formatted(of(payload), why);
      case Emission.ReadReady(var id, long index) -> "answers read %s with %s".formatted(id, index);
      case Emission.ReadLost(var id) -> "has lost read " + id;
      case Emission.Behind(var hint, long atLeast) ->
          "is behind %s, says %x".formatted(atLeast, hint.node());
      case Emission.Led(var now) ->
          now.leader() == null
              ? "knows no leader in term " + now.term()
              : "follows %x in term %s".formatted(now.leader().node(), now.term());
    };
  }

  private static String of(Payload payload) {
    return switch (payload) {
      case Payload.NoOp() -> "no-op";
      case Payload.Batch(var id, var commands) ->
          "batch %s of %s bytes".formatted(id, commands.length());
      case Payload.StopSign(var next) -> "stop-sign of era " + next.number();
    };
  }

  private static String of(List<Entry> entries) {
    var text = new StringBuilder();
    for (var entry : entries) {
      text.append(text.isEmpty() ? "" : ", ").append(entry.point());
    }
    return text.toString();
  }

  /// A record's text without the bytes of its entries.
  private static String shortened(Object record) {
    return record.toString().replaceAll("commands=[^]]*", "…");
  }
}
