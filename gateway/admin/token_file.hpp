// The token of an admin port for which none is configured: made at start, and kept in a file that
// only the user who runs the gateway can read. Knows no port and no log; its value is never
// printed.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <variant>
#include <vector>

namespace tickweir::gateway {

/// 256 bits of the system's random generator as text that can be sent as a bearer key. Throws
/// std::system_error when there are none to be had.
std::string make_token();

/// Where the gateways of this user keep such files, the best place first: `tickweir` in
/// $XDG_RUNTIME_DIR where that is set, and a folder of the temporary directory that names the user.
std::vector<std::filesystem::path> token_folders();

/// Of the admin port with that number, in each of the folders.
std::vector<std::filesystem::path> token_paths(std::uint16_t port);

/// Holds the file while it lives; removed with it.
class TokenFile {
public:
    /// Makes the first of the folders that can be made and belongs to this user alone (mode 0700,
    /// no link), and in it the file (mode 0600) anew. Throws std::runtime_error that names each
    /// folder and what is wrong with it.
    TokenFile(const std::vector<std::filesystem::path>& paths, const std::string& token);
    TokenFile(const TokenFile&) = delete;
    TokenFile& operator=(const TokenFile&) = delete;
    ~TokenFile();

    const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
    // Open, so that the file keeps its number: one that another gateway put in its place stays.
    int fd_ = -1;
};

/// The token in a file, without the line end behind it, or one line that names the file and says
/// why there is none. Files beyond 4 KiB are refused.
std::variant<std::string, std::string> read_token(const std::filesystem::path& path);

}  // namespace tickweir::gateway
