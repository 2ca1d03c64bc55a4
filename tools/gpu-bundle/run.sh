#!/bin/sh
# Says what this machine is and times the engines on it: run.sh [rounds, 30] [models] [engines]
# Output goes to the folder $OUT, by default out/ beside where it is called from.
here=$(cd "$(dirname "$0")" && pwd)
out=${OUT:-$PWD/out}
rounds=${1:-30}
models=${2:-cnn,wrn-28-2,lstm,mlp}
engines=${3:-webgpu,ours,torch}
mkdir -p "$out" || exit 1
out=$(cd "$out" && pwd)

add_libraries() { export LD_LIBRARY_PATH="$1${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"; }

# a machine may have no C++ library; one that has keeps its own, which its drivers are made for
"$here/bin/node" --version >/dev/null 2>&1 || add_libraries "$here/lib/c++"
add_libraries "$here/lib"

has() { /sbin/ldconfig -p 2>/dev/null | grep -q "$1"; }
icds=$(ls /etc/vulkan/icd.d/*.json /usr/share/vulkan/icd.d/*.json /usr/local/share/vulkan/icd.d/*.json 2>/dev/null)

# a container with NVIDIA's driver often has the library of its Vulkan, and not the file that names it
if [ -z "${VK_ICD_FILENAMES:-}$icds" ] && has libGLX_nvidia.so.0; then
  printf '{"file_format_version":"1.0.0","ICD":{"library_path":"libGLX_nvidia.so.0","api_version":"1.3.0"}}\n' \
    >"$out/nvidia_icd.json"
  export VK_ICD_FILENAMES="$out/nvidia_icd.json"
fi

{
  uname -srm
  grep -m1 'model name' /proc/cpuinfo
  echo "cores: $(grep -c ^processor /proc/cpuinfo)"
  nvidia-smi --query-gpu=name,driver_version,memory.total --format=csv,noheader 2>/dev/null || echo "no nvidia-smi"
  echo "node $("$here/bin/node" --version 2>&1)"
  if [ -n "${VK_ICD_FILENAMES:-}$icds" ]; then
    echo "Vulkan drivers: ${VK_ICD_FILENAMES:-$icds}"
  else
    echo "NO VULKAN DRIVER: webgpu cannot start here; the other engines can"
  fi
} | tee "$out/machine.txt"

if "$here/bin/node" "$here/node_modules/unequal/bin/unequal.js" --help 2>/dev/null | grep -q '^ *doctor'; then
  "$here/bin/node" "$here/node_modules/unequal/bin/unequal.js" doctor 2>&1 | tee "$out/doctor.txt"
else
  echo "this build has no \`unequal doctor\`" | tee "$out/doctor.txt"
fi

{
  "$here/bin/node" "$here/bench/engines.js" "$rounds" "$models" "$engines" 2>&1
  echo "exit status $?"
} | tee "$out/engines.txt"
tail -n 1 "$out/engines.txt" | grep -qx 'exit status 0'
