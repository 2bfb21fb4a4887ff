#include "replay/itch_writer.hpp"

#include <array>
#include <string>
#include <utility>

namespace tickweir::replay {

Result<ItchWriter> ItchWriter::create(const std::filesystem::path& path, SinkOptions options) {
    auto sink = ByteSink::create(path, options);
    if (!sink) return sink.error();
    return ItchWriter{std::move(*sink)};
}

void ItchWriter::write(codecs::Bytes message) {
    if (message.size() > 65'535)
        return sink_.fail("message of " + std::to_string(message.size()) +
                          " bytes: the length field holds 65535");
    const std::array<std::byte, 2> length{static_cast<std::byte>(message.size() >> 8),
                                          static_cast<std::byte>(message.size() & 0xff)};
    sink_.write(length);
    sink_.write(message);
}

}  // namespace tickweir::replay
