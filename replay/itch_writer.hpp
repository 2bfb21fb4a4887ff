// Writes ITCH files: messages back to back, each behind its length in 2 bytes. Plain, `.gz` or
// `.zst` by the name.
#pragma once

#include <cstdint>
#include <filesystem>

#include "codecs/bytes.hpp"
#include "replay/byte_sink.hpp"

namespace tickweir::replay {

/// Errors are kept and told by `finish`; see ByteSink.
class ItchWriter {
public:
    static Result<ItchWriter> create(const std::filesystem::path& path, SinkOptions options = {});

    /// Writes one message with its length in front; more than 65,535 bytes are an error.
    void write(codecs::Bytes message);

    /// Writes bytes that are framed already.
    void write_frames(codecs::Bytes frames) { sink_.write(frames); }

    /// As of ByteSink.
    void flush() { sink_.flush(); }
    void discard() { sink_.discard(); }
    std::uint64_t position() const { return sink_.position(); }
    bool ok() const { return sink_.ok(); }
    [[nodiscard]] Result<void> finish() { return sink_.finish(); }

private:
    explicit ItchWriter(ByteSink sink) : sink_{std::move(sink)} {}

    ByteSink sink_;
};

}  // namespace tickweir::replay
