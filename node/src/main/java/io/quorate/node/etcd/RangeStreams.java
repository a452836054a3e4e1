package io.quorate.node.etcd;

import io.quorate.consensus.wire.Bytes;
import io.quorate.consensus.wire.MalformedException;
import io.quorate.consensus.wire.WireWriter;
import io.quorate.node.Rpc;
import io.quorate.node.StreamRpc;
import io.quorate.store.Code;
import io.quorate.store.Failure;
import io.quorate.store.Outcome;
import io.quorate.store.PartOutcome;
import io.quorate.store.RangePart;
import io.quorate.store.Request;
import io.quorate.store.Request.SortOrder;
import io.quorate.store.Request.SortTarget;
import io.quorate.store.Validation;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// etcd's `RangeStream`: a range in parts, each read once the client has taken the one before
/// (etcd-46 to 55).
final class RangeStreams {
  private static final int FIRST_KEYS = 10;
  private static final int MAX_KEYS = 1 << 20;
  private static final int RESPONSE_TAG = 1 << 3 | 2;
  private static final String TOO_MUCH_UNREAD =
      "quorate: too many large answers wait for their clients to read them: ask in the order of"
          + " keys, or with a limit";

  private final ServingNode member;
  private final int partBytes;

  /// @param partBytes no message has more, unless a single key does
  RangeStreams(ServingNode member, int partBytes) {
    this.member = member;
    this.partBytes = partBytes;
  }

  void addTo(Map<String, StreamRpc> rpcs) {
    rpcs.put("etcdserverpb.KV/RangeStream", this::open);
  }

  private StreamRpc.Requests open(Rpc.Metadata metadata, StreamRpc.Responses responses) {
    var stream = new Stream(responses);
    if (member.hasLeader(metadata, stream)) {
      responses.request();
    }
    return stream;
  }

  private final class Stream implements StreamRpc.Requests, Rpc.Reply {
    private final StreamRpc.Responses responses;
    private Request.@Nullable Range range;
    private RangePart.@Nullable Place place;
    private int keys = FIRST_KEYS;

    /// Whether the next part waits for the client.
    private boolean waiting;

    private boolean over;

    Stream(StreamRpc.Responses responses) {
      this.responses = responses;
    }

    @Override
    public void request(Bytes bytes) {
      if (range != null) {
        return;
      }
      Request.Range asked;
      try {
        asked = Request.Range.read(bytes);
      } catch (MalformedException e) {
        ServingNode.fail(Failure.MALFORMED_REQUEST, this);
        return;
      }
      range = asked;
      var invalid = Validation.check(asked, Integer.MAX_VALUE);
      var unsupported = unsupported(asked);
      if (invalid != null) {
        ServingNode.fail(invalid, this);
      } else if (unsupported != null) {
        failed(Code.UNIMPLEMENTED.number(), unsupported);
      } else if (asked.serializable()) {
        begin(asked);
      } else {
        member.afterBarrier(this, () -> begin(asked));
      }
    }

    private void begin(Request.Range asked) {
      // By another order than that of keys it cannot be read in parts (etcd-54).
      if (asked.countOnly() || asked.target() != SortTarget.KEY) {
        member.store().range(asked, this::whole);
      } else {
        readNext(asked);
      }
    }

    private void whole(Outcome outcome) {
      if (responses.isReady()) {
        member.answer(outcome, this);
      } else {
        failed(Code.RESOURCE_EXHAUSTED.number(), TOO_MUCH_UNREAD);
      }
    }

    private void readNext(Request.Range asked) {
      if (over) {
        return;
      }
      waiting = !responses.isReady();
      if (!waiting) {
        member
            .store()
            .rangePart(
                asked, place, new RangePart.Size(keys, partBytes), part -> read(asked, part));
      }
    }

    private void read(Request.Range asked, PartOutcome outcome) {
      switch (outcome) {
        case PartOutcome.Failed(var why) -> ServingNode.fail(why, this);
        case RangePart part when !over -> {
          waiting = !responses.isReady(); // then it is read once more
          if (!waiting) {
            take(asked, part);
          }
        }
        case RangePart _ -> {}
      }
    }

    private void take(Request.Range asked, RangePart part) {
      var next = part.place();
      if (next == null) {
        done(member.response(part.revision(), part.body()));
      } else {
        send(part.body());
        place = next;
        keys = Math.min(2 * keys, MAX_KEYS);
        readNext(asked);
      }
    }

    private void send(Bytes rangeResponse) {
      var out = new WireWriter(6 + rangeResponse.length());
      out.u8(RESPONSE_TAG);
      out.varint(rangeResponse.length());
      out.raw(rangeResponse);
      responses.send(Bytes.of(out.array(), 0, out.length()));
    }

    @Override
    public void done(Bytes rangeResponse) {
      if (!over) {
        over = true;
        send(rangeResponse);
        responses.done();
      }
    }

    @Override
    public void failed(int code, String text) {
      if (!over) {
        over = true;
        responses.failed(code, text);
      }
    }

    @Override
    public void ready() {
      if (waiting && range != null) {
        readNext(range);
      }
    }

    /// The one request has come.
    @Override
    public void ended() {}

    @Override
    public void cancelled() {
      over = true;
    }
  }

  private static @Nullable String unsupported(Request.Range range) {
    boolean byKey = range.target() == SortTarget.KEY && range.order() == SortOrder.ASCEND;
    if (range.order() != SortOrder.NONE && !byKey) {
      return "RangeStream does not support custom sort orders";
    }
    return range.isFiltered() ? "RangeStream does not support revision filters" : null;
  }
}
