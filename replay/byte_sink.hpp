// A file being written, plain or compressed as its name ends. The final name appears only when the
// file is whole: until then the bytes stand beside it under another name.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "codecs/bytes.hpp"
#include "replay/byte_source.hpp"

namespace tickweir::replay {

/// How a file is written.
struct SinkOptions {
    /// For what cannot be made again: the bytes stand in `PATH.part` until the file is whole, and
    /// stay there after a crash or a failure, readable up to the last flush() at least. A file
    /// that has the name already is not replaced but an error.
    bool keep_unfinished = false;
    /// Compresses as fast as a live feed comes in, not as small as it gets.
    bool fast = false;
};

/// A buffered writer. The first failure is kept, later writes do nothing, `finish` tells it. The
/// same bytes give the same file: no time and no name go into a gzip header. Owned by one thread.
class ByteSink {
public:
    /// Compresses if the name ends in `.gz` or `.zst`. An existing regular file is replaced at
    /// `finish`; anything else that exists (a device, a pipe) is written to directly.
    static Result<ByteSink> create(const std::filesystem::path& path, SinkOptions options = {});

    ByteSink(ByteSink&&) noexcept;
    ByteSink& operator=(ByteSink&&) noexcept;
    /// Without `finish` nothing is left behind, unless it was to be kept.
    ~ByteSink();

    void write(codecs::Bytes bytes);

    /// Gives everything written so far to the system, so that it survives this process. Fails
    /// also where somebody removed a file that is to be kept.
    void flush();

    /// Lets nothing be left behind without `finish`, even if it was to be kept.
    void discard();

    /// Bytes taken by `write`, before compression.
    std::uint64_t position() const;

    bool ok() const;

    /// Makes a failure of the caller's the sink's: `what` is told by `finish`.
    void fail(std::string what);

    /// Writes what is buffered and gives the file its name (not synced to disk). The error names
    /// the path and the reason, and nothing is left behind unless it was to be kept. Call once,
    /// last.
    [[nodiscard]] Result<void> finish();

private:
    struct State;
    explicit ByteSink(std::unique_ptr<State> state);

    std::unique_ptr<State> state_;
};

}  // namespace tickweir::replay
