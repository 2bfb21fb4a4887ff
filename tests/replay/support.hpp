// What the tests of the readers and writers share: temporary files, messages, frames and MoldUDP64
// packets put together byte by byte, independently of the codecs.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <initializer_list>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "replay/byte_source.hpp"

namespace tickweir::replay::tests {

namespace fs = std::filesystem;
using codecs::Bytes;
using Buffer = std::vector<std::byte>;

/// A fresh directory, removed with all in it.
class TempDir {
public:
    TempDir() {
        std::string name = (fs::temp_directory_path() / "tickweir-replay-XXXXXX").string();
        EXPECT_NE(::mkdtemp(name.data()), nullptr);
        path_ = name;
    }
    TempDir(const TempDir&) = delete;
    TempDir& operator=(const TempDir&) = delete;
    ~TempDir() { fs::remove_all(path_); }

    fs::path operator/(std::string_view name) const { return path_ / name; }
    const fs::path& path() const { return path_; }

private:
    fs::path path_;
};

inline Buffer to_bytes(std::string_view text) {
    Buffer bytes(text.size());
    std::ranges::transform(text, bytes.begin(), [](char c) { return static_cast<std::byte>(c); });
    return bytes;
}

inline Buffer to_bytes(std::initializer_list<unsigned> values) {
    Buffer bytes(values.size());
    std::ranges::transform(values, bytes.begin(), [](unsigned v) { return std::byte(v); });
    return bytes;
}

inline std::string to_text(Bytes bytes) {
    std::string text(bytes.size(), '\0');
    std::ranges::transform(bytes, text.begin(), [](std::byte b) { return static_cast<char>(b); });
    return text;
}

inline void write_file(const fs::path& path, Bytes bytes) {
    std::ofstream file{path, std::ios::binary};
    file << to_text(bytes);
    ASSERT_TRUE(file.flush().good()) << path;
}

inline Buffer read_file(const fs::path& path) {
    std::ifstream file{path, std::ios::binary};
    return to_bytes(std::string{std::istreambuf_iterator<char>{file}, {}});
}

inline void append(Buffer& to, Bytes bytes) {
    // Not insert: GCC 12 sees a copy out of bounds in it.
    const std::size_t before = to.size();
    to.resize(before + bytes.size());
    std::copy_n(bytes.begin(), bytes.size(), to.begin() + static_cast<std::ptrdiff_t>(before));
}

template <std::unsigned_integral T>
void append_big(Buffer& to, T value) {
    for (std::size_t i = sizeof(T); i-- > 0;)
        to.push_back(static_cast<std::byte>(value >> (8 * i) & 0xff));
}

template <std::unsigned_integral T>
void append_little(Buffer& to, T value) {
    for (std::size_t i = 0; i < sizeof(T); ++i)
        to.push_back(static_cast<std::byte>(value >> (8 * i) & 0xff));
}

/// A message of the given type and length, told apart from others by `mark`.
inline Buffer message(char type, std::size_t length, unsigned mark = 0) {
    Buffer bytes(length, static_cast<std::byte>(mark & 0xff));
    if (!bytes.empty()) bytes[0] = static_cast<std::byte>(type);
    return bytes;
}

inline Buffer frame(Bytes message) {
    Buffer bytes;
    append_big(bytes, static_cast<std::uint16_t>(message.size()));
    append(bytes, message);
    return bytes;
}

/// Frames of `count` system events, marked with `first`, `first + 1` and so on.
inline Buffer frames(unsigned count, unsigned first = 1) {
    Buffer bytes;
    for (unsigned i = 0; i < count; ++i)
        append(bytes, frame(message('S', 12, first + i)));
    return bytes;
}

inline constexpr unsigned end_of_session = 0xffff;

/// A MoldUDP64 packet; `count` is what its header says.
inline Buffer mold(std::string_view session, std::uint64_t sequence, unsigned count,
                   Bytes frames = {}) {
    Buffer packet = to_bytes(session);
    packet.resize(10, session.empty() ? std::byte{0} : std::byte{' '});
    append_big(packet, sequence);
    append_big(packet, static_cast<std::uint16_t>(count));
    append(packet, frames);
    return packet;
}

/// A packet of `count` system events, each marked with its sequence number.
inline Buffer mold_events(std::string_view session, std::uint64_t sequence, unsigned count) {
    return mold(session, sequence, count, frames(count, static_cast<unsigned>(sequence)));
}

}  // namespace tickweir::replay::tests
