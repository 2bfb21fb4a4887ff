// The two file systems that the same tests run over, each with an empty directory to work in.
#pragma once

#include <gtest/gtest.h>
#include <stdlib.h>

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/fault_files.hpp"
#include "txn/io/posix_files.hpp"

namespace tickweir::tests {

struct PosixWorld {
    static constexpr const char* name = "Posix";

    PosixWorld() {
        std::string made =
            (std::filesystem::temp_directory_path() / "tickweir-txn-XXXXXX").string();
        if (::mkdtemp(made.data()) != nullptr) root = made;
    }
    PosixWorld(const PosixWorld&) = delete;
    PosixWorld& operator=(const PosixWorld&) = delete;
    ~PosixWorld() {
        if (!root.empty()) std::filesystem::remove_all(root);
    }

    txn::io::PosixFiles files;
    std::string root;
};

struct FaultWorld {
    static constexpr const char* name = "Fault";

    FaultWorld() { static_cast<void>(files.make_directories(root)); }

    FaultFiles files;
    std::string root = "/data/here";
};

using Worlds = testing::Types<PosixWorld, FaultWorld>;

struct WorldNames {
    template <class World>
    static std::string GetName(int) {
        return World::name;
    }
};

inline std::vector<std::byte> bytes_of(std::string_view text) {
    std::vector<std::byte> bytes;
    for (const char c : text)
        bytes.push_back(static_cast<std::byte>(c));
    return bytes;
}

inline std::string text_of(std::span<const std::byte> bytes) {
    std::string text;
    for (const std::byte byte : bytes)
        text.push_back(static_cast<char>(byte));
    return text;
}

/// What a failed call says; empty for one that went well.
template <class T>
std::string why(const txn::io::Result<T>& result) {
    return result ? "" : to_string(result.error());
}

/// The kind of a failed call; nothing for one that went well.
template <class T>
std::optional<txn::io::IoErrorKind> kind(const txn::io::Result<T>& result) {
    if (result) return std::nullopt;
    return result.error().kind;
}

/// A whole file as text; what went wrong instead, in angle brackets.
inline std::string text_in(txn::io::Files& files, const std::string& path) {
    auto file = files.open(path, {.mode = txn::io::OpenMode::read});
    if (!file) return "<" + std::string{to_string(file.error().kind)} + ">";
    const auto length = (*file)->size();
    if (!length) return "<" + why(length) + ">";
    std::vector<std::byte> bytes(*length);
    const auto read = (*file)->read_at(0, bytes);
    return read ? text_of(std::span{bytes}.first(*read)) : "<" + why(read) + ">";
}

}  // namespace tickweir::tests
