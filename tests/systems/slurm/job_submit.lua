-- What some sites have their controller do to a job, each in a partition of its own, in the words of such sites.

function slurm_job_submit(job, partitions, user)
  local per_node = job.min_mem_per_node ~= nil
  if job.partition == "percpu" and per_node then
    slurm.log_user("Memory is given out by core here. Use --mem-per-cpu")
    return slurm.ERROR
  end
  if job.partition == "nomem" and per_node then
    slurm.log_user("The --mem=... request is not allowed nor necessary on this cluster; all nodes have the same "
      .. "amount of available memory (62 GiB) and each job get all the available memory of the node")
    return slurm.ERROR
  end
  if job.partition == "needsqos" and job.qos == nil then
    slurm.log_user("No valid QoS set")
    return slurm.ERROR
  end
  if job.partition == "whole" or job.partition == "nomem" then
    job.shared = 0
  end
  return slurm.SUCCESS
end

function slurm_job_modify(job, record, partitions, user)
  return slurm.SUCCESS
end

return slurm.SUCCESS
