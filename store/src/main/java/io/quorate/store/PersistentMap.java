package io.quorate.store;

import io.quorate.consensus.wire.Bytes;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/// An ordered map that never changes: each change gives a new one, which shares all but a path with
/// the old. An AVL tree, so its shape follows from the order of changes alone.
final class PersistentMap {
  static final PersistentMap EMPTY = new PersistentMap(null, 0);

  private record Node(
      Bytes key, Bytes value, @Nullable Node left, @Nullable Node right, int height) {}

  private final @Nullable Node root;
  private final long bytes;

  private PersistentMap(@Nullable Node root, long bytes) {
    this.root = root;
    this.bytes = bytes;
  }

  /// The length of all keys and values.
  long bytes() {
    return bytes;
  }

  @Nullable Bytes get(Bytes key) {
    var node = root;
    while (node != null) {
      int order = key.compareTo(node.key);
      if (order == 0) {
        return node.value;
      }
      node = order < 0 ? node.left : node.right;
    }
    return null;
  }

  PersistentMap put(Bytes key, Bytes value) {
    long grown = bytes - sizeOf(key) + key.length() + value.length();
    return new PersistentMap(put(root, key, value), grown);
  }

  PersistentMap remove(Bytes key) {
    long size = sizeOf(key);
    return size == 0 && get(key) == null
        ? this
        : new PersistentMap(remove(root, key), bytes - size);
  }

  private long sizeOf(Bytes key) {
    var present = get(key);
    return present == null ? 0 : key.length() + present.length();
  }

  private static Node put(@Nullable Node node, Bytes key, Bytes value) {
    if (node == null) {
      return new Node(key, value, null, null, 1);
    }
    int order = key.compareTo(node.key);
    if (order == 0) {
      return new Node(key, value, node.left, node.right, node.height);
    }
    return order < 0
        ? balanced(node, put(node.left, key, value), node.right)
        : balanced(node, node.left, put(node.right, key, value));
  }

  private static @Nullable Node remove(@Nullable Node node, Bytes key) {
    if (node == null) {
      return null;
    }
    int order = key.compareTo(node.key);
    if (order < 0) {
      return balanced(node, remove(node.left, key), node.right);
    } else if (order > 0) {
      return balanced(node, node.left, remove(node.right, key));
    } else if (node.left == null) {
      return node.right;
    } else if (node.right == null) {
      return node.left;
    }
    var next = first(node.right);
    return balanced(next, node.left, remove(node.right, next.key));
  }

  private static Node first(Node node) {
    var first = node;
    while (first.left != null) {
      first = first.left;
    }
    return first;
  }

  private static int height(@Nullable Node node) {
    return node == null ? 0 : node.height;
  }

  private static Node join(Node middle, @Nullable Node left, @Nullable Node right) {
    return new Node(
        middle.key, middle.value, left, right, 1 + Math.max(height(left), height(right)));
  }

  /// `middle` between two trees whose heights differ by two at most.
  private static Node balanced(Node middle, @Nullable Node left, @Nullable Node right) {
    if (left != null && height(left) > height(right) + 1) {
      var inner = left.right;
      return inner != null && height(inner) > height(left.left)
          ? join(inner, join(left, left.left, inner.left), join(middle, inner.right, right))
          : join(left, left.left, join(middle, inner, right));
    }
    if (right != null && height(right) > height(left) + 1) {
      var inner = right.left;
      return inner != null && height(inner) > height(right.right)
          ? join(inner, join(middle, left, inner.left), join(right, inner.right, right.right))
          : join(right, join(middle, left, inner), right.right);
    }
    return join(middle, left, right);
  }

  /// A walk over this map up to, but not including, `to`.
  EngineView.Cursor cursor(Bytes from, @Nullable Bytes to) {
    var cursor = new Walk(to);
    cursor.seek(from);
    return cursor;
  }

  private final class Walk implements EngineView.Cursor {
    private final @Nullable Bytes to;

    /// The present node on top, then those above it that come later.
    private final ArrayDeque<Node> path = new ArrayDeque<>();

    Walk(@Nullable Bytes to) {
      this.to = to;
    }

    @Override
    public void seek(Bytes key) {
      path.clear();
      var node = root;
      while (node != null) {
        if (key.compareTo(node.key) <= 0) {
          path.push(node);
          node = node.left;
        } else {
          node = node.right;
        }
      }
      endAtLimit();
    }

    private void endAtLimit() {
      if (to != null && !path.isEmpty() && path.element().key.compareTo(to) >= 0) {
        path.clear();
      }
    }

    @Override
    public void next() {
      var node = path.pop().right;
      while (node != null) {
        path.push(node);
        node = node.left;
      }
      endAtLimit();
    }

    @Override
    public boolean isValid() {
      return !path.isEmpty();
    }

    @Override
    public Bytes key() {
      return path.element().key;
    }

    @Override
    public Bytes value() {
      return path.element().value;
    }

    @Override
    public void close() {
      path.clear();
    }
  }
}
