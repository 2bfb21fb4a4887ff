#include "gateway/venue/lock_holder.hpp"

#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <sstream>
#include <vector>

namespace tickweir::gateway {

// A line: "12: FLOCK  ADVISORY  WRITE 3127 fe:01:123456 0 EOF".
std::optional<std::uint64_t> holder_in(std::string_view locks, const LockedFile& file) {
    std::array<char, 64> place{};
    std::snprintf(place.data(), place.size(), "%02x:%02x:%llu", file.major, file.minor,
                  static_cast<unsigned long long>(file.inode));
    std::istringstream lines{std::string{locks}};
    for (std::string line; std::getline(lines, line);) {
        std::istringstream words{line};
        const std::vector<std::string> all{std::istream_iterator<std::string>{words}, {}};
        // Who waits for a lock has "->" behind the number.
        if (all.size() < 6 || all[1] != "FLOCK" || all[5] != place.data()) continue;
        std::uint64_t process = 0;
        const std::string& text = all[4];
        const auto read = std::from_chars(text.data(), text.data() + text.size(), process);
        if (read.ec == std::errc{} && process != 0) return process;
    }
    return std::nullopt;
}

std::string lock_holder(const std::string& directory) {
    struct stat status {};
    if (::stat(directory.c_str(), &status) != 0) return "another process";
    std::ifstream file{"/proc/locks"};
    const std::string locks{std::istreambuf_iterator<char>{file}, {}};
    const auto process =
        holder_in(locks, {::major(status.st_dev), ::minor(status.st_dev), status.st_ino});
    if (!process) return "another process";
    std::string text = "process " + std::to_string(*process);
    std::ifstream command{"/proc/" + std::to_string(*process) + "/comm"};
    std::string name;
    if (std::getline(command, name)) text += " (" + name + ')';
    return text;
}

}  // namespace tickweir::gateway
